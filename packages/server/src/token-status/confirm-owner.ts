/** The state of a directory's user is read only after the directory has confirmed it, at most `maxAge` ago. */
import type { Context } from '../context.ts'
import { OAuthError } from '../oauth/errors.ts'
import { confirmUser } from '../users/directories/confirm-user.ts'
import { DirectoryUnavailable } from '../users/directories/open-directory.ts'

/** @throws OAuthError `temporarily_unavailable`: a user whom the directory may have disabled passes no more than a stranger */
export function confirmOwner(ctx: Context, userId: string): undefined | Promise<void> {
  return confirmUser(ctx, userId)?.catch((error: unknown) => {
    throw error instanceof DirectoryUnavailable ? directoryUnavailable(error) : error
  })
}

/** For the users of this directory alone; never "wrong password". */
export function directoryUnavailable(cause: DirectoryUnavailable): OAuthError {
  return new OAuthError('temporarily_unavailable', 'Your account cannot be checked now. Try again in a moment.', {
    reason: 'directory_unavailable',
    expected: `a response of the directory ${cause.directory}`,
    headers: { 'retry-after': String(cause.retryAfter) },
    cause,
  })
}
