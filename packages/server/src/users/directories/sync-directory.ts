/** Asks a directory again about all its users who have logged in here, however old its last answers are. */
import type { Context } from '../../context.ts'
import { confirmUsers } from './confirm-user.ts'
import { maxKeys } from './directory.ts'
import type { OpenDirectory } from './open-directory.ts'

export interface Synced {
  readonly users: number
  /** Users who were enabled here until now, and are disabled or gone there. */
  readonly ended: number
}

/** @throws DirectoryUnavailable; what is done by then stays */
export async function syncDirectory(
  ctx: Pick<Context, 'store' | 'now'>,
  directory: OpenDirectory,
  onProgress: (users: number) => void,
): Promise<Synced> {
  let users = 0
  let ended = 0
  let after = ''
  for (;;) {
    const links = await ctx.store.directoryLinks.list(directory.declaration.name, after, maxKeys)
    if (links.length > 0) ended += await confirmUsers(ctx, directory, links)
    users += links.length
    onProgress(users)
    after = links.at(-1)?.subjectId ?? after
    if (links.length < maxKeys) return { users, ended }
  }
}
