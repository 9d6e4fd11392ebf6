/** The hash of a password that a user is to have. */
import type { Brand } from '../config/brand-options.ts'
import type { Context } from '../context.ts'
import type { Profile } from '../domain/profile.ts'
import { passwordProblem } from '../passwords/rules.ts'
import { failInvalid } from './user-problem.ts'

/** What a new password needs of the context. */
export interface PasswordContext extends Pick<Context, 'passwords'> {
  readonly config: { readonly brand: Pick<Brand, 'name'> }
}

/** `profile` is that of the user who gets it. @throws UserError `invalid` when the rules do not allow the password */
export async function hashNewPassword(
  { config, passwords }: PasswordContext,
  password: string,
  { username, email }: Pick<Profile, 'username' | 'email'>,
): Promise<string> {
  const about = [username, email ?? '', config.brand.name]
  const message = typeof password === 'string' ? passwordProblem(password, about) : 'must be text'
  if (message !== undefined) failInvalid('password', message)
  return await passwords.hash(password)
}
