/** The GET that a posted form becomes, and how long a request target may be. */
import { OAuthError } from './errors.ts'

/** Characters of path and query. */
export const maxTargetLength: number = 8 * 1024

/** The path with the posted form as its query. @throws OAuthError `target_too_long` when the server would reject it */
export function targetOfPost(path: string, body: string): string {
  const target = `${path}?${body}`
  if (target.length > maxTargetLength) throw targetTooLong()
  return target
}

export function targetTooLong(): OAuthError {
  return new OAuthError('target_too_long', 'the request target is too long', { reason: 'target_too_long' })
}
