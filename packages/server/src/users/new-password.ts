/** The hash of a password that a user is to have. */
import type { Context } from '../context.ts'
import { passwordProblem } from '../passwords/rules.ts'
import { failInvalid } from './user-problem.ts'

/** @throws UserError `invalid` when the rules do not allow the password */
export async function hashNewPassword({ passwords }: Pick<Context, 'passwords'>, password: string): Promise<string> {
  const message = typeof password === 'string' ? passwordProblem(password) : 'must be text'
  if (message !== undefined) failInvalid('password', message)
  return await passwords.hash(password)
}
