/** What follows when the user of a directory has proved who they are: the local subject, or a user of our own from then on. */
import type { Context } from '../context.ts'
import type { User } from '../domain/user.ts'
import { OAuthError } from '../oauth/errors.ts'
import { PoolBusy, PoolClosed } from '../passwords/pool.ts'
import { DirectoryConflict, linkUser } from '../users/directories/link-user.ts'
import type { DirectoryCandidate } from './candidate.ts'

/** @throws OAuthError `incorrect_login` when the user is disabled here, or somebody else here has the username or the `sub` */
export async function enterFromDirectory(
  ctx: Context,
  { directory, found }: DirectoryCandidate,
  password: string,
): Promise<User> {
  const { name, migrate } = directory.declaration
  const user = await linkOrReject(ctx, name, found)
  if (user.subject.isDisabled) {
    throw new OAuthError('incorrect_login', 'Incorrect username or password', {
      reason: 'user_disabled',
      expected: 'an enabled user: an operator disabled this one here',
    })
  }
  if (migrate === 'on-login') await takeOver(ctx, user, name, password)
  return user
}

async function linkOrReject(ctx: Context, name: string, found: DirectoryCandidate['found']): Promise<User> {
  try {
    return await linkUser(ctx, name, found)
  } catch (error) {
    if (!(error instanceof DirectoryConflict)) throw error
    throw new OAuthError('incorrect_login', 'Incorrect username or password', {
      reason: 'directory_conflict',
      expected: `a ${error.field} that nobody else here has`,
      cause: error,
    })
  }
}

/** The login does not fail with it: the next one tries again. */
async function takeOver(ctx: Context, { subject }: User, directory: string, password: string): Promise<void> {
  try {
    const hash = await ctx.passwords.hash(password)
    const now = Math.floor(ctx.now())
    await ctx.store.transaction(async ({ credentials, directoryLinks, groups }) => {
      // Once: what a login of the same time finds in the directory must not replace a password that was set here since.
      if (!(await directoryLinks.markMigrated(subject.id, now))) return
      await credentials.setPassword(subject.id, hash)
      await groups.keepOfSource(subject.id, directory, now)
    })
  } catch (error) {
    if (error instanceof PoolBusy || error instanceof PoolClosed) return
    ctx.log.warn({ userId: subject.id, err: error }, 'a user of a directory could not be taken over')
  }
}
