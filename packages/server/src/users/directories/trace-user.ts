/** Walks the look-up of a username, or of a verified address, as a login does, and says at each step what is found. Never a hash. */
import type { Context } from '../../context.ts'
import type { DirectoryLink } from '../../domain/directory-link.ts'
import type { User } from '../../domain/user.ts'
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
  const steps: LookupStep[] = []
  const holder = await store.users.findForLogin(keys)
  const link = holder && (await store.directoryLinks.find(holder.subject.id))
  const isTakenOver = link !== undefined && link.migratedAt !== null
  const isOurs = holder !== undefined && (link === undefined || isTakenOver)
  steps.push(step('database', describeHolder(holder, link)))
  let isFound = isOurs
  for (const directory of directories.all) {
    const { key, message, isProblem } = await ask(directory, username)
    const isShadowed = key !== undefined && isFound
    const place = directory.declaration.name
    if (isShadowed && isTakenOver && link.directory === place && link.key === key) {
      steps.push(step(place, `${message} Not asked any more.`))
    } else {
      steps.push({
        place,
        isProblem: isProblem || isShadowed,
        message: isShadowed ? `${message} Never reached: an earlier place has the username.` : message,
      })
    }
    isFound ||= key !== undefined
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

/** With the key of the user, where one is found. */
async function ask(
  directory: OpenDirectory,
  username: string,
): Promise<Finding & { readonly key: string | undefined }> {
  try {
    const user = await directory.find(username)
    if (user === undefined)
      return { key: undefined, isProblem: false, message: 'nobody, or several, have this username.' }
    return { key: user.key, ...describe(directory, user) }
  } catch (error) {
    if (error instanceof UnusableEntry)
      return { key: undefined, isProblem: true, message: `an entry that ${error.message}.` }
    if (!(error instanceof DirectoryUnavailable)) throw error
    return { key: undefined, isProblem: true, message: `does not respond: ${causeOf(error)}` }
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
