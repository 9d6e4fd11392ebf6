/** Redirects a posted form to the same path with GET, and limits the length of the target. */
import { OAuthError } from './errors.ts'

/** Characters of path and query. */
export const maxTargetLength: number = 8 * 1024

/** The path with the posted form as its query. @throws OAuthError `target_too_long` when the redirected request would be rejected */
export function targetOfForm(path: string, body: string): string {
  const target = `${path}?${body}`
  if (target.length > maxTargetLength) throw targetTooLong()
  return target
}

export function targetTooLong(): OAuthError {
  return new OAuthError('target_too_long', 'the request target is too long', { reason: 'target_too_long' })
}
