/** Sets a user's password. */
import type { Context } from '../context.ts'
import type { DirectoryLink } from '../domain/directory-link.ts'
import { hashNewPassword, type PasswordContext } from './new-password.ts'
import { failInvalid, failUnknownUser, requireUserId } from './user-problem.ts'

/**
 * The password of a directory's user is changed there, where the directory is writable. Ends everything that the former password opened:
 * logins in flight, browser sessions, grants (offline access too) and access tokens without a grant. Remembered consent stays.
 * @throws UserError `invalid`, `unknown_user`
 */
export async function setPassword(
  ctx: Pick<Context, 'store' | 'now' | 'directories'> & PasswordContext,
  id: string,
  password: string,
): Promise<void> {
  requireUserId(id)
  const { profile } = (await ctx.store.users.findById(id)) ?? failUnknownUser()
  const link = await ctx.store.directoryLinks.find(id)
  const writeBack = findWriteBack(ctx, link)
  const hash = await hashNewPassword(ctx, password, profile)
  if (writeBack) await writeBack(hash)
  const now = Math.floor(ctx.now())
  await ctx.store.transaction(async ({ directoryLinks, subjects, credentials, sessions, grants }) => {
    // A login may have taken the user over meanwhile.
    const current = link && (await directoryLinks.lockByKey(link.directory, link.key))
    // First: a login that has locked the subject has made its session before the sessions are ended.
    await subjects.endLogins(id)
    await subjects.endTokens(id, now)
    if (current?.migratedAt !== null && !(await credentials.setPassword(id, hash))) failUnknownUser()
    await sessions.endUser(id)
    await grants.revokeClient(id, undefined, 'password_changed', now)
  })
}

/** What stores the hash in the directory of the user; `undefined` for our own users. @throws UserError `invalid` */
function findWriteBack(
  { directories }: Pick<Context, 'directories'>,
  link: DirectoryLink | undefined,
): ((hash: string) => Promise<void>) | undefined {
  if (!link || link.migratedAt !== null) return undefined
  const directory = directories?.byName(link.directory)
  if (directory === undefined) {
    const problem = 'which is not in the option directories: add it, or remove the user'
    failInvalid('password', `belongs to the directory ${link.directory}, ${problem}`)
  }
  const { setPasswordHash } = directory
  if (setPasswordHash) return (hash) => setPasswordHash(link.key, hash)
  failInvalid('password', `belongs to the directory ${link.directory}, which is not writable: change it there`)
}
