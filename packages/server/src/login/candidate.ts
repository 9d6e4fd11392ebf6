/** Whom a login is about: one of our own users, or the user of a directory. */
import type { Context } from '../context.ts'
import type { Subject } from '../domain/subject.ts'
import type { UserWithCredentials } from '../domain/user.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { LoginKeys } from '../store/users.ts'
import { directoryUnavailable } from '../token-status/confirm-owner.ts'
import type { Facts } from '../trace/trace.ts'
import type { DirectoryUser } from '../users/directories/directory.ts'
import { UnusableEntry } from '../users/directories/directory-user.ts'
import { findByAddress } from '../users/directories/find-by-address.ts'
import { DirectoryUnavailable, type OpenDirectory } from '../users/directories/open-directory.ts'
import { loginKeys, mayName } from './login-keys.ts'

export type Candidate = OwnCandidate | DirectoryCandidate

export interface OwnCandidate {
  readonly user: UserWithCredentials
  readonly directory?: never
  readonly found?: never
}

export interface DirectoryCandidate {
  readonly directory: OpenDirectory
  readonly found: DirectoryUser
  /** The user here before the password was checked; `undefined` before the first login. */
  readonly known: Subject | undefined
  readonly user?: never
}

/**
 * The tutorial's `get_user`, by any spelling of the username or of a verified e-mail address: our own users first, then the directories in
 * their order. A directory that does not respond might have a name that nobody has used yet, so such a name waits for it, and no later
 * directory answers in its place.
 * @throws OAuthError `temporarily_unavailable` when the user may be one of a directory that does not respond, `incorrect_login`
 */
export async function findUser(
  ctx: Context,
  username: string,
  keys: LoginKeys = loginKeys(ctx, username),
): Promise<Candidate | undefined> {
  const { store, directories } = ctx
  const user = await store.users.findForLogin(keys)
  if (directories === undefined) return user && { user }
  const link = user && (await store.directoryLinks.find(user.subject.id))
  if (user && (link === undefined || link.migratedAt !== null)) return { user }
  if (!mayName(keys)) return undefined
  for (const directory of directories.all) {
    const isKnownElsewhere = link !== undefined && link.directory !== directory.declaration.name
    const found = await findIn(directory, username, isKnownElsewhere)
    if (found) return await candidateOf(ctx, directory, found, user?.subject)
  }
  const known = link && (await findByAddress(directories, link, keys.emailKey).catch(throwUnavailable))
  return known && { ...known, known: user?.subject }
}

/** The user whose username or address it is here, also of a directory. */
export async function findHere(ctx: Context, username: string): Promise<OwnCandidate | undefined> {
  const user = await ctx.store.users.findForLogin(loginKeys(ctx, username))
  return user && { user }
}

/** `undefined` for one of our own users by now, whom the directory still finds by another name: its password opens nothing any more. */
async function candidateOf(
  { store }: Context,
  directory: OpenDirectory,
  found: DirectoryUser,
  holder: Subject | undefined,
): Promise<DirectoryCandidate | undefined> {
  const link = await store.directoryLinks.findByKey(directory.declaration.name, found.key)
  if (link === undefined) return { directory, found, known: undefined }
  if (link.migratedAt !== null) return undefined
  if (link.subjectId === holder?.id) return { directory, found, known: holder }
  // By another name. The answer is older than this read, and must not be: what ends logins in flight may lie between them.
  const known = await store.subjects.find(link.subjectId)
  // A login may have taken the user over between the two reads.
  if ((await store.directoryLinks.findByKey(directory.declaration.name, found.key))?.migratedAt !== null)
    return undefined
  const [again] = await directory.read([found.key]).catch(throwUnavailable)
  return again && { directory, found: again, known }
}

async function findIn(
  directory: OpenDirectory,
  username: string,
  isKnownElsewhere: boolean,
): Promise<DirectoryUser | undefined> {
  try {
    return await directory.find(username)
  } catch (error) {
    if (error instanceof UnusableEntry) {
      throw new OAuthError('incorrect_login', 'Incorrect username or password', {
        reason: 'directory_entry_unusable',
        expected: `an entry of the directory ${directory.declaration.name} that can log in`,
        received: `an entry that ${error.message}`,
      })
    }
    if (error instanceof DirectoryUnavailable && isKnownElsewhere) return undefined
    return throwUnavailable(error)
  }
}

function throwUnavailable(error: unknown): never {
  throw error instanceof DirectoryUnavailable ? directoryUnavailable(error) : error
}

export function candidateFacts(candidate: Candidate | undefined): Facts {
  if (candidate === undefined) return { found: false }
  const { user, directory, found } = candidate
  return user
    ? { found: true, user_id: user.subject.id }
    : { found: true, directory: directory.declaration.name, key: found.key }
}
