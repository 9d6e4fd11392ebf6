/** Where a posted form is sent on to with GET, and how long such a target may be. */
import { OAuthError } from './errors.ts'

/** Characters of path and query. */
export const maxTargetLength: number = 8 * 1024

/** The path with the posted form as its query. @throws OAuthError `target_too_long` for what would be refused there */
export function sentOn(path: string, body: string): string {
  const target = `${path}?${body}`
  if (target.length > maxTargetLength) throw targetTooLong()
  return target
}

export function targetTooLong(): OAuthError {
  return new OAuthError('target_too_long', 'the request target is too long', { reason: 'target_too_long' })
}
