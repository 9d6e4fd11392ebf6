/**
 * Asks the directories again about the users whose tokens may be in use at resource servers: the revocation feed has those who were disabled
 * or deleted within the `maxAge` of their directory, though nobody makes a request here.
 */
import type { Context } from '../../context.ts'
import { confirmUsers } from './confirm-user.ts'
import { maxKeys } from './directory.ts'
import { DirectoryUnavailable, type OpenDirectory } from './open-directory.ts'

/** Seconds. Half of `maxAge`, so that an answer is never older than `maxAge`, within these limits. */
const shortestInterval = 1
const longestInterval = 30

/** Returns a function that ends it, after a round that is running. */
export function watchDirectories(ctx: Context): () => Promise<void> {
  const watches = (ctx.directories?.all ?? []).map((directory) => watch(ctx, directory))
  return async () => {
    await Promise.all(watches.map((end) => end()))
  }
}

function watch(ctx: Context, directory: OpenDirectory): () => Promise<void> {
  const { maxAge } = directory.declaration
  const interval = Math.min(Math.max(maxAge / 2, shortestInterval), longestInterval)
  let round: Promise<void> | undefined
  const timer = setInterval(() => {
    round ??= confirmInUse(ctx, directory)
      .catch((error: unknown) => report(ctx, directory, error))
      .finally(() => {
        round = undefined
      })
  }, interval * 1000).unref()
  return async () => {
    clearInterval(timer)
    await round
  }
}

/** One round: every user of the directory whose token may be in use, and whom it was not asked about for half of `maxAge`. */
export async function confirmInUse(ctx: Context, directory: OpenDirectory): Promise<void> {
  const { name, maxAge } = directory.declaration
  const now = Math.floor(ctx.now())
  // A token may have been issued just after the last recorded use, and lives its whole lifetime from then.
  const usedSince = now - ctx.config.accessTokenLifetime - Math.max(maxAge, longestInterval * 2)
  const checkedUntil = now - Math.max(Math.floor(maxAge / 2), 1)
  const findDue = () => ctx.store.directoryLinks.due(name, usedSince, checkedUntil, maxKeys)
  for (let links = await findDue(); links.length > 0; links = await findDue()) {
    await confirmUsers(ctx, directory, links)
  }
}

function report(ctx: Context, { declaration }: OpenDirectory, error: unknown): void {
  // An outage of the directory is in the log already.
  if (error instanceof DirectoryUnavailable) return
  ctx.log.warn({ directory: declaration.name, err: error }, 'the users of a directory could not be confirmed')
}
