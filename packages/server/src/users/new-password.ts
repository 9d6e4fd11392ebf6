/** The hash of a password that a user is to have. */
import type { Context } from '../context.ts'
import { passwordProblem } from '../passwords/rules.ts'
import { UserError } from './user-problem.ts'

/** @throws UserError `invalid` when the rules do not allow the password */
export async function hashNewPassword({ passwords }: Pick<Context, 'passwords'>, password: string): Promise<string> {
  const message = passwordProblem(password)
  if (message !== undefined) throw new UserError([{ code: 'invalid', field: 'password', message }])
  return await passwords.hash(password)
}
