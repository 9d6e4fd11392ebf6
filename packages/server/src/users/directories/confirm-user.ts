/**
 * Asks a directory again about its user when what it said is too old: a user who was disabled or deleted there is out within `maxAge`, and the
 * profile is as new.
 */
import type { Context } from '../../context.ts'
import type { DirectoryLink } from '../../domain/directory-link.ts'
import { isConflict } from '../../store/errors.ts'
import type { Directories } from './directories.ts'
import type { DirectoryUser } from './directory.ts'
import { storeGroups, storeProfile } from './link-user.ts'
import { DirectoryUnavailable, type OpenDirectory } from './open-directory.ts'

type ConfirmContext = Pick<Context, 'store' | 'now'> & { readonly directories: Directories | undefined }

/** Seconds after which to ask again for a user whose directory the configuration does not have any more: nobody can confirm the user. */
const missingFor = 60

/** Seconds. Recording each use would cost a commit per request. */
const useInterval = 60

/**
 * Call it before the user's state is read for a token, a session or a grant. Users of our own cost one read, without a promise where the database
 * returns at once; without directories, nothing.
 * @throws DirectoryUnavailable
 */
export function confirmUser(ctx: ConfirmContext, userId: string): undefined | Promise<void> {
  if (ctx.directories === undefined) return undefined
  const link = ctx.store.directoryLinks.find(userId)
  return link instanceof Promise ? link.then((found) => confirmLinked(ctx, found)) : confirmLinked(ctx, link)
}

function confirmLinked(ctx: ConfirmContext, link: DirectoryLink | undefined): undefined | Promise<void> {
  if (link?.migratedAt !== null) return undefined
  const directory = ctx.directories?.byName(link.directory)
  return directory ? renew(ctx, directory, link) : Promise.reject(new DirectoryUnavailable(link.directory, missingFor))
}

async function renew(ctx: ConfirmContext, directory: OpenDirectory, link: DirectoryLink): Promise<void> {
  const now = Math.floor(ctx.now())
  if (now - link.usedAt >= useInterval) await ctx.store.directoryLinks.use(link.subjectId, now)
  const { maxAge } = directory.declaration
  if (maxAge > 0 && now - link.checkedAt < maxAge) return
  const [found] = await directory.read([link.key])
  await applyAnswer(ctx, link, found)
}

/** Asks about many users of one directory at once. Returns how many of them are newly out. @throws DirectoryUnavailable */
export async function confirmUsers(
  ctx: Pick<Context, 'store' | 'now'>,
  directory: OpenDirectory,
  links: readonly DirectoryLink[],
): Promise<number> {
  const found = new Map((await directory.read(links.map(({ key }) => key))).map((user) => [user.key, user]))
  let ended = 0
  for (const link of links) if (await applyAnswer(ctx, link, found.get(link.key))) ended++
  return ended
}

/**
 * Stores what the directory said of a user: `undefined`, the user is gone. Whether that ended the user here: disabled, so that tokens are
 * rejected and the revocation feed says so, and without sessions.
 */
async function applyAnswer(
  ctx: Pick<Context, 'store' | 'now'>,
  link: DirectoryLink,
  found: DirectoryUser | undefined,
): Promise<boolean> {
  try {
    return await storeAnswer(ctx, link, found)
  } catch (error) {
    if (!isConflict(error)) throw error
    // At the same moment another user got the username or the address. Now that is seen, and this user goes without it.
    return await storeAnswer(ctx, link, found)
  }
}

async function storeAnswer(
  { store, now: clock }: Pick<Context, 'store' | 'now'>,
  { subjectId, directory, key, isOut: wasOut }: DirectoryLink,
  found: DirectoryUser | undefined,
): Promise<boolean> {
  const now = Math.floor(clock())
  return await store.transaction(async (tables) => {
    const link = await tables.directoryLinks.lockByKey(directory, key)
    const subject = await tables.subjects.find(subjectId)
    if (!link || !subject || link.migratedAt !== null) return false
    const isOut = found === undefined || found.isDisabled
    const isEnded = isOut && !subject.isDisabled
    if (isEnded) {
      await tables.subjects.setDisabled(subjectId, true, now)
      await tables.sessions.endUser(subjectId)
    }
    // Said since the directory was asked: this answer may be the older one.
    if (!isOut && link.isOut && !wasOut) return false
    // One whom an operator disabled here stays disabled, so the link says only of others that they are out.
    if (!isOut && link.isOut) await tables.subjects.setDisabled(subjectId, false, now)
    if (!isOut) {
      await storeProfile(tables, subjectId, found, now)
      await storeGroups(tables, subjectId, directory, found, now)
    }
    await tables.directoryLinks.check(subjectId, isOut && (link.isOut || isEnded), now)
    return isEnded
  })
}
