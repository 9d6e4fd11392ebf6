/** A user who has logged in before may type a verified e-mail address, which the directory may not look for. It is asked whose it is now. */
import type { DirectoryLink } from '../../domain/directory-link.ts'
import { verifiedEmailKey } from '../../domain/email.ts'
import type { Directories } from './directories.ts'
import type { DirectoryUser } from './directory.ts'
import type { OpenDirectory } from './open-directory.ts'

export interface FoundByAddress {
  readonly directory: OpenDirectory
  readonly found: DirectoryUser
}

/** `emailKey` is of the name that was typed, `null` when it is no address. @throws DirectoryUnavailable */
export async function findByAddress(
  { byName }: Pick<Directories, 'byName'>,
  { directory: name, key }: DirectoryLink,
  emailKey: string | null,
): Promise<FoundByAddress | undefined> {
  const directory = byName(name)
  if (emailKey === null || directory === undefined) return undefined
  const [found] = await directory.read([key])
  return found && verifiedEmailKey(found) === emailKey ? { directory, found } : undefined
}
