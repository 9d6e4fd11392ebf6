/** Reads username and password from a form, and rejects what no user can have. */
import { maxUsernameLength } from '../domain/username.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Form } from '../oauth/form.ts'
import { isTooLong } from '../passwords/login-rules.ts'

export interface PasswordLogin {
  readonly username: string
  readonly password: string
}

/** @throws OAuthError `invalid_request` */
export function readCredentials(form: Form): PasswordLogin {
  // Keyboards of phones and copied text add spaces, which no username begins or ends with.
  const username = form.require('username').trim()
  if (username === '') {
    throw new OAuthError('invalid_request', 'username is required', {
      reason: 'parameter_missing',
      expected: 'username',
    })
  }
  const password = form.require('password')
  // Unicode normalisation is quadratic: 64 KiB of combining marks would block the event loop.
  if (username.length > maxUsernameLength) {
    throw new OAuthError('invalid_request', 'username is too long', { reason: 'username_too_long' })
  }
  if (isTooLong(password)) {
    throw new OAuthError('invalid_request', 'password is too long', { reason: 'password_too_long' })
  }
  return { username, password }
}
