/** The threads that hash a password, for one command. */
import type { Context } from '../../context.ts'
import { createPasswordPool } from '../../passwords/pool.ts'

export async function withPasswords<Result>(
  work: (passwords: Context['passwords']) => Promise<Result>,
): Promise<Result> {
  const passwords = createPasswordPool({ workers: 1 })
  try {
    return await work(passwords)
  } finally {
    await passwords.close()
  }
}
