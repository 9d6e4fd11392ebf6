/** The directories of a deployment, in their order. */
import type { DirectoryDeclaration } from './directory.ts'
import { type OpenDirectory, type OpenEnvironment, openDirectory } from './open-directory.ts'
import { createOtherNames, type OtherNames } from './other-names.ts'

export interface Directories {
  /** The first one that knows a username is the user's. */
  readonly all: readonly OpenDirectory[]
  readonly byName: (name: string) => OpenDirectory | undefined
  readonly otherNames: OtherNames
  readonly close: () => Promise<void>
}

/**
 * `linked` are the names of the directories whose users have logged in. `undefined` without any: then nothing here costs a request anything.
 * @throws Error when a driver is missing
 */
export async function openDirectories(
  declarations: readonly DirectoryDeclaration[],
  environment: OpenEnvironment,
  linked: readonly string[] = [],
): Promise<Directories | undefined> {
  for (const directory of linked) {
    if (declarations.some(({ name }) => name === directory)) continue
    environment.log.error({ directory }, missingDirectory)
  }
  if (declarations.length === 0 && linked.length === 0) return undefined
  const all: OpenDirectory[] = []
  try {
    for (const declaration of declarations) all.push(await openDirectory(declaration, environment))
  } catch (error) {
    await closeAll(all)
    throw error
  }
  const byName = new Map(all.map((directory) => [directory.declaration.name, directory]))
  const otherNames = createOtherNames(environment.now)
  return { all, byName: (name) => byName.get(name), otherNames, close: () => closeAll(all) }
}

const missingDirectory =
  'users have logged in from a directory that the option directories does not have: their tokens and sessions are not accepted until it has it again, or until the users are deleted'

async function closeAll(all: readonly OpenDirectory[]): Promise<void> {
  await Promise.allSettled(all.map((directory) => directory.close()))
}
