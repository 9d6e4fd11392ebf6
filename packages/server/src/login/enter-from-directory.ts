/** What follows when the user of a directory has proved who they are: the local subject, or a user of our own from then on. */
import type { Context } from '../context.ts'
import type { DirectoryLink } from '../domain/directory-link.ts'
import type { User } from '../domain/user.ts'
import { usernameKey } from '../domain/username.ts'
import { OAuthError } from '../oauth/errors.ts'
import { PoolBusy, PoolClosed } from '../passwords/pool.ts'
import { DirectoryConflict, linkUser, UserChanged } from '../users/directories/link-user.ts'
import { type DirectoryCandidate, findUser } from './candidate.ts'
import { loginKeys } from './login-keys.ts'
import type { PasswordLogin } from './read-credentials.ts'

/**
 * @throws OAuthError `incorrect_login` when the user is disabled here or has changed since, or somebody else here has the username or the
 * `sub`
 */
export async function enterFromDirectory(
  ctx: Context,
  candidate: DirectoryCandidate,
  { username, password }: PasswordLogin,
): Promise<User> {
  const { directory, found } = candidate
  const { name, migrate } = directory.declaration
  if (usernameKey(username) !== usernameKey(found.username)) await requireOwnUsername(ctx, candidate)
  const user = await linkOrReject(ctx, name, candidate)
  if (user.subject.isDisabled) {
    throw new OAuthError('incorrect_login', 'Incorrect username or password', {
      reason: 'user_disabled',
      expected: 'an enabled user: an operator disabled this one here',
    })
  }
  if (migrate === 'on-login') await takeOver(ctx, user, { directory: name, key: found.key }, password)
  return user
}

/** Who logs in by another name gets the username only when it names nobody else: it may be a user's of an earlier place. */
async function requireOwnUsername(ctx: Context, { directory, found }: DirectoryCandidate): Promise<void> {
  const keys = { ...loginKeys(ctx, found.username), usernameKey: usernameKey(found.username) }
  const named = await findUser(ctx, found.username, keys)
  const isOther = named !== undefined && (named.directory !== directory || named.found.key !== found.key)
  if (isOther) throw conflict('username')
}

async function linkOrReject(ctx: Context, name: string, { found, known }: DirectoryCandidate): Promise<User> {
  try {
    return await linkUser(ctx, name, found, known)
  } catch (error) {
    if (error instanceof UserChanged) {
      throw new OAuthError('incorrect_login', 'Incorrect username or password', {
        reason: 'user_changed',
        expected: 'the user as they were when the login began',
      })
    }
    throw error instanceof DirectoryConflict ? conflict(error.field, error) : error
  }
}

function conflict(field: DirectoryConflict['field'], cause?: DirectoryConflict): OAuthError {
  return new OAuthError('incorrect_login', 'Incorrect username or password', {
    reason: 'directory_conflict',
    expected: `a ${field} that nobody else here has`,
    cause,
  })
}

/** The login does not fail with it: the next one tries again. */
async function takeOver(
  ctx: Context,
  { subject }: User,
  { directory, key }: Pick<DirectoryLink, 'directory' | 'key'>,
  password: string,
): Promise<void> {
  try {
    const hash = await ctx.passwords.hash(password)
    const now = Math.floor(ctx.now())
    await ctx.store.transaction(async ({ subjects, credentials, directoryLinks, groups }) => {
      await directoryLinks.lockByKey(directory, key)
      // The password may be a former one by now, and the user may be disabled.
      if (!(await subjects.lock(subject))) return
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
