/** Keeps the local rows of directories' users: the subject that tokens point to, and a copy of what the directory said last. */
import { isDeepStrictEqual } from 'node:util'
import type { Context } from '../../context.ts'
import type { DirectoryLink } from '../../domain/directory-link.ts'
import { emailKey, mayBeEmail } from '../../domain/email.ts'
import { groupNameProblem } from '../../domain/group-name.ts'
import type { Profile } from '../../domain/profile.ts'
import type { Subject } from '../../domain/subject.ts'
import type { User } from '../../domain/user.ts'
import { isConflict } from '../../store/errors.ts'
import type { Tables } from '../../store/tables.ts'
import type { DirectoryUser } from './directory.ts'

/** The user's name or `sub` belongs to somebody else here. */
export class DirectoryConflict extends Error {
  readonly field: 'username' | 'sub'

  constructor(field: 'username' | 'sub') {
    super(`the ${field} belongs to another user`)
    this.name = 'DirectoryConflict'
    this.field = field
  }
}

/** A new password, a decision of an operator or a later answer of the directory counts: it is newer than the check of the password. */
export class UserChanged extends Error {
  constructor() {
    super('the user has changed since the login began')
    this.name = 'UserChanged'
  }
}

/** Of a subject that is new. */
const firstVersion = 1

type LinkContext = Pick<Context, 'store' | 'random' | 'now'>

/**
 * The subject of a directory's user who has just proved who they are, made at the first login. A username that another user of a directory
 * had before is the new user's: the look-up has just said so.
 * @param known the subject before the password was checked
 * @throws DirectoryConflict when one of our own users has the username or the `sub`
 * @throws UserChanged when the subject is not as `known`
 */
export async function linkUser(
  ctx: LinkContext,
  directory: string,
  found: DirectoryUser,
  known: Subject | undefined,
): Promise<User> {
  try {
    return await linkOnce(ctx, directory, found, known)
  } catch (error) {
    if (!isConflict(error)) throw error
    // Another request may have just made the same subject, with the same answer.
    const user = known === undefined ? await findLinked(ctx, directory, found.key) : undefined
    if (user === undefined) return await linkAgain(ctx, directory, found, known)
    requireUnchanged(known, user.subject)
    return user
  }
}

/** At the same moment another user got the username or the address. Now that is seen. */
async function linkAgain(...given: Parameters<typeof linkOnce>): Promise<User> {
  try {
    return await linkOnce(...given)
  } catch (error) {
    throw isConflict(error) ? new DirectoryConflict('sub') : error
  }
}

async function linkOnce(
  ctx: LinkContext,
  directory: string,
  found: DirectoryUser,
  known: Subject | undefined,
): Promise<User> {
  const now = Math.floor(ctx.now())
  return await ctx.store.transaction(async (tables) => {
    const link = await tables.directoryLinks.lockByKey(directory, found.key)
    const user = link && (await tables.users.findById(link.subjectId))
    requireUnchanged(known, user?.subject)
    // Another login has just taken the user over, so the directory says nothing more of them.
    if (user && link.migratedAt !== null) return user
    await releaseUsername(tables, found.username, link?.subjectId, now)
    return link === undefined
      ? await insertUser(ctx, tables, directory, found, now)
      : await refreshUser(tables, link, found, now)
  })
}

/**
 * Whatever ends logins in flight changes the version. Another login that has just made the user, or brought the user back with the same answer,
 * ends none.
 */
function requireUnchanged(known: Subject | undefined, subject: Subject | undefined): void {
  if (known === undefined && subject === undefined) return
  const { version, isDisabled } = known ?? { version: firstVersion, isDisabled: false }
  const steps = isDisabled && subject?.isDisabled === false ? 1 : 0
  if (subject?.version !== version + steps) throw new UserChanged()
}

/** The username stays with one of our own users, and is taken from a directory's user who is known by another name there, or is gone. */
async function releaseUsername(
  { users, directoryLinks, profiles }: Tables,
  username: string,
  subjectId: string | undefined,
  now: number,
): Promise<void> {
  const holder = await users.findByUsername(username)
  if (!holder || holder.subject.id === subjectId) return
  const link = await directoryLinks.find(holder.subject.id)
  if (!link || link.migratedAt !== null) throw new DirectoryConflict('username')
  // In one order, so that two users who have exchanged their usernames do not wait for each other.
  for (const id of [holder.subject.id, subjectId ?? ''].sort()) await profiles.lock(id)
  // The login that was waited for may have given the holder another name.
  const isStillHeld = (await users.findByUsername(username))?.subject.id === holder.subject.id
  if (isStillHeld) await profiles.rename(holder.subject.id, `former-${holder.subject.id}`, now)
}

async function insertUser(
  { random }: Pick<Context, 'random'>,
  tables: Tables,
  directory: string,
  found: DirectoryUser,
  now: number,
): Promise<User> {
  const { users, directoryLinks } = tables
  const id = found.sub ?? random.id()
  const user: User = {
    subject: { id, isDisabled: false, tokensValidFrom: 0, version: firstVersion, createdAt: now },
    profile: profileOf(found, now),
  }
  await users.insert([{ ...user, credentials: { passwordHash: null, isDemo: false } }])
  await directoryLinks.insert({
    subjectId: id,
    directory,
    key: found.key,
    isOut: false,
    checkedAt: now,
    usedAt: now,
    migratedAt: null,
  })
  await storeGroups(tables, id, directory, found, now)
  // A removed subject with the same id may have left a time until which tokens are rejected.
  return (await users.findById(id)) ?? user
}

async function refreshUser(
  tables: Tables,
  { subjectId, directory, isOut }: DirectoryLink,
  found: DirectoryUser,
  now: number,
): Promise<User> {
  if (isOut) await tables.subjects.setDisabled(subjectId, false, now)
  await storeProfile(tables, subjectId, found, now)
  await storeGroups(tables, subjectId, directory, found, now)
  await tables.directoryLinks.check(subjectId, false, now)
  await tables.directoryLinks.use(subjectId, now)
  const user = await tables.users.findById(subjectId)
  if (user) return user
  throw new Error('a link without its subject')
}

/** Writes only what has changed, so that `updated_at` stays true. In a transaction. */
export async function storeProfile(
  tables: Tables,
  subjectId: string,
  found: DirectoryUser,
  now: number,
): Promise<void> {
  const { profiles, users } = tables
  const before = await profiles.lock(subjectId)
  if (!before) return
  const after = profileOf(found, now)
  if (after.username !== before.username) {
    const holder = await users.findByUsername(after.username)
    const isFree = holder === undefined || holder.subject.id === subjectId
    // Who has the name is decided at a login. Until then the user keeps the former one.
    if (isFree && !(await isAddressOfOurs(tables, after.username))) {
      await profiles.rename(subjectId, after.username, now)
    }
  }
  const { username: _username, updatedAt: _updatedAt, ...changes } = after
  const { username, updatedAt, ...known } = before
  if (!isDeepStrictEqual(changes, known)) await profiles.update(subjectId, changes, now)
}

/** Whether one of our own users logs in with the name as a verified address: as a username of somebody else, it would no longer name them. */
async function isAddressOfOurs({ users, directoryLinks }: Tables, username: string): Promise<boolean> {
  const owner = mayBeEmail(username) ? await users.findByEmailKey(emailKey(username)) : undefined
  if (owner === undefined) return false
  const link = await directoryLinks.find(owner.subject.id)
  return link === undefined || link.migratedAt !== null
}

/** The memberships that the directory says, beside those that were given here. In a transaction. */
export async function storeGroups(
  { groups }: Tables,
  subjectId: string,
  directory: string,
  found: DirectoryUser,
  now: number,
): Promise<void> {
  const names = found.groups.filter((name) => groupNameProblem(name) === undefined)
  await groups.replaceOfSource(subjectId, directory, names, now)
}

async function findLinked({ store }: LinkContext, directory: string, key: string): Promise<User | undefined> {
  const link = await store.directoryLinks.findByKey(directory, key)
  return link && (await store.users.findById(link.subjectId))
}

function profileOf({ username, email, isEmailVerified, fullName, claims }: DirectoryUser, now: number): Profile {
  return { username, email, isEmailVerified, fullName, claims, updatedAt: now }
}
