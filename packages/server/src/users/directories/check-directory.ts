/** What an operator should know of a directory: whether it can be reached, how many users it has, and whose usernames others have too. */
import type { Context } from '../../context.ts'
import { inspectHash } from '../../passwords/import-check.ts'
import type { Directories } from './directories.ts'
import { type DirectoryUser, type Finding, maxKeys } from './directory.ts'
import type { OpenDirectory } from './open-directory.ts'

/** Users of a directory that are read: each costs a look-up in every directory before it. */
export const maxCompared = 10_000
/** Usernames that are named; more of them say nothing new. */
const maxNamed = 10

/** @throws DirectoryUnavailable, or what the directory throws */
export async function checkDirectory(
  { store }: Pick<Context, 'store'>,
  { all }: Directories,
  directory: OpenDirectory,
  onProgress: (users: number) => void,
): Promise<readonly Finding[]> {
  const { name, migrate } = directory.declaration
  const findings = [...(await directory.inspect())]
  const earlier = all.slice(0, all.indexOf(directory))
  const shared: string[] = []
  let users = 0
  let disabled = 0
  let unusable = 0
  let after: string | undefined
  for (;;) {
    const page = await directory.list(after, maxKeys)
    for (const user of page) {
      users++
      if (user.isDisabled) disabled++
      if (directory.verify === undefined && !hasUsableHash(user)) unusable++
      const place = await findEarlier(store, earlier, user)
      if (place !== undefined) shared.push(`${user.username} (${place})`)
    }
    onProgress(users)
    after = page.at(-1)?.key
    if (page.length < maxKeys || users >= maxCompared) break
  }
  const atLeast = users >= maxCompared ? 'at least ' : ''
  findings.push(fact(`Users: ${atLeast}${users}. Disabled: ${disabled}.`))
  if (unusable > 0) {
    findings.push(
      problem(
        `Users who cannot log in: ${unusable}. They have no password hash, or one that Countersign cannot check.`,
      ),
    )
  }
  if (shared.length > 0) {
    const more = shared.length > maxNamed ? ` and ${shared.length - maxNamed} more` : ''
    findings.push(
      problem(
        `Others come first under these usernames: ${shared.slice(0, maxNamed).join(', ')}${more}. Rename one of each.`,
      ),
    )
  }
  if (migrate === 'on-login') {
    const { migrated } = await store.directoryLinks.count(name)
    findings.push(fact(`Taken over: ${migrated}. Left: ${atLeast}${Math.max(0, users - migrated)}.`))
  }
  return findings
}

function hasUsableHash({ passwordHash }: DirectoryUser): boolean {
  return inspectHash(passwordHash).status === 'usable'
}

/** Where a login with this username ends before it comes to the directory. */
async function findEarlier(
  store: Context['store'],
  earlier: readonly OpenDirectory[],
  { username }: DirectoryUser,
): Promise<string | undefined> {
  const holder = await store.users.findByUsername(username)
  const link = holder && (await store.directoryLinks.find(holder.subject.id))
  if (holder && link === undefined) return 'a user of ours'
  for (const directory of earlier) {
    if (await directory.find(username)) return directory.declaration.name
  }
  return undefined
}

function fact(message: string): Finding {
  return { isProblem: false, message }
}

function problem(message: string): Finding {
  return { isProblem: true, message }
}
