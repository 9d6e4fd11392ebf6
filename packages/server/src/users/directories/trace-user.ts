/** Walks the look-up of a username, or of a verified address, as a login does, and says at each step what is found. Never a hash. */
import type { Context } from '../../context.ts'
import type { DirectoryLink } from '../../domain/directory-link.ts'
import type { User } from '../../domain/user.ts'
import { mayName } from '../../login/login-keys.ts'
import { inspectHash } from '../../passwords/import-check.ts'
import type { LoginKeys } from '../../store/users.ts'
import type { Directories } from './directories.ts'
import type { DirectoryUser, Finding } from './directory.ts'
import { UnusableEntry } from './directory-user.ts'
import { findByAddress } from './find-by-address.ts'
import { DirectoryUnavailable, type OpenDirectory } from './open-directory.ts'

/** One step of the look-up. */
export interface LookupStep extends Finding {
  /** `database`, or the name of a directory. */
  readonly place: string
}

/** `keys` are those of the username, as the deployment compares it. */
export async function traceUser(
  { store }: Pick<Context, 'store'>,
  directories: Directories,
  username: string,
  keys: LoginKeys,
): Promise<readonly LookupStep[]> {
  if (!mayName(keys)) return [step('database', 'users log in with addresses alone: the option loginWith.')]
  const steps: LookupStep[] = []
  const holder = await store.users.findForLogin(keys)
  const link = holder && (await store.directoryLinks.find(holder.subject.id))
  const isOurs = holder !== undefined && (link === undefined || link.migratedAt !== null)
  steps.push(step('database', describeHolder(holder, link)))
  let isFound = isOurs
  for (const directory of directories.all) {
    const { declaration } = directory
    const { user, message, isProblem } = await ask(directory, username)
    const owner = user && (await takenOverAs(store, declaration.name, user))
    const remark = user && remarkOf({ isFound, owner, holder })
    steps.push({
      place: declaration.name,
      isProblem: remark?.isProblem ?? isProblem,
      message: remark ? `${message} ${remark.message}` : message,
    })
    isFound ||= user !== undefined
  }
  if (link !== undefined && !isFound) steps.push(...(await askByAddress(directories, link, keys)))
  return steps
}

function describeHolder(holder: User | undefined, link: DirectoryLink | undefined): string {
  if (holder === undefined) return 'no user has this name.'
  const { id, isDisabled } = holder.subject
  if (link === undefined) return `${id}, a user of ours. The login ends here.`
  if (link.migratedAt !== null) return `${id}, who was taken over from ${link.directory}. The login ends here.`
  const state = isDisabled ? 'disabled here' : 'enabled here'
  return `${id}, who logged in from ${link.directory} with the key ${link.key}; ${state}.`
}

/** The id of one of our users, who was taken over and whom the directory still knows. */
async function takenOverAs(
  { directoryLinks }: Pick<Context['store'], 'directoryLinks'>,
  directory: string,
  { key }: DirectoryUser,
): Promise<string | undefined> {
  const link = await directoryLinks.findByKey(directory, key)
  return link?.migratedAt === null ? undefined : link?.subjectId
}

/** What to say of a user whom a directory has, but whom the name does not log in from there. */
function remarkOf({
  isFound,
  owner,
  holder,
}: {
  readonly isFound: boolean
  readonly owner: string | undefined
  readonly holder: User | undefined
}): Finding | undefined {
  if (isFound && owner !== undefined && owner === holder?.subject.id)
    return { isProblem: false, message: 'Taken over: the user of ours above.' }
  if (isFound) return { isProblem: true, message: 'Never reached: an earlier place has the username.' }
  if (owner === undefined) return undefined
  return { isProblem: true, message: `Taken over: ${owner}, a user of ours, whom this name does not log in.` }
}

/** Nothing when the directory does not respond: it has said so before. */
async function askByAddress(
  directories: Directories,
  link: DirectoryLink,
  { emailKey }: LoginKeys,
): Promise<readonly LookupStep[]> {
  const known = await findByAddress(directories, link, emailKey).catch((error: unknown) => {
    if (error instanceof DirectoryUnavailable) return undefined
    throw error
  })
  if (known === undefined) return []
  const { message, isProblem } = describe(known.directory, known.found)
  return [{ place: link.directory, isProblem, message: `by the verified address: ${message}` }]
}

async function ask(directory: OpenDirectory, username: string): Promise<Finding & { readonly user?: DirectoryUser }> {
  try {
    const user = await directory.find(username)
    if (user === undefined) return { isProblem: false, message: 'nobody, or several, have this username.' }
    return { user, ...describe(directory, user) }
  } catch (error) {
    if (error instanceof UnusableEntry) return { isProblem: true, message: `an entry that ${error.message}.` }
    if (!(error instanceof DirectoryUnavailable)) throw error
    return { isProblem: true, message: `does not respond: ${causeOf(error)}` }
  }
}

function describe(directory: OpenDirectory, user: DirectoryUser): Finding {
  const password = describePassword(directory, user)
  return {
    isProblem: user.isDisabled || password.isProblem,
    message: `${describeUser(user)} ${password.message}`,
  }
}

function describeUser({
  key,
  sub,
  username,
  email,
  isEmailVerified,
  fullName,
  groups,
  isDisabled,
}: DirectoryUser): string {
  const facts = [
    `key ${key}`,
    `username ${username}`,
    ...(sub === undefined ? [] : [`sub ${sub}`]),
    ...(email === null ? [] : [`email ${email}${isEmailVerified ? ', verified' : ', not verified'}`]),
    ...(fullName === null ? [] : [`name ${fullName}`]),
    ...(groups.length === 0 ? [] : [`groups ${groups.join(', ')}`]),
  ]
  return `${facts.join('; ')}. ${isDisabled ? 'Disabled.' : 'Enabled.'}`
}

function describePassword({ verify }: OpenDirectory, { passwordHash }: DirectoryUser): Finding {
  if (verify) return { isProblem: false, message: 'The directory checks the password.' }
  const inspection = inspectHash(passwordHash)
  switch (inspection.status) {
    case 'usable':
      return { isProblem: false, message: `The password is checked here: ${inspection.scheme}.` }
    case 'unusable':
      return { isProblem: true, message: 'There is no password hash.' }
    case 'rejected':
      return { isProblem: true, message: `The password hash ${inspection.message}.` }
  }
}

/** What the driver said, in one line. Drivers name hosts and codes, not passwords. */
export function causeOf({ cause }: DirectoryUnavailable): string {
  return cause instanceof Error ? (cause.message.split('\n', 1)[0] ?? '') : 'no response'
}

function step(place: string, message: string): LookupStep {
  return { place, isProblem: false, message }
}
