/** Removes grants with all their codes and tokens, however many: what a removed user or client leaves. */
import type { Store } from '../store/open.ts'
import { inSlices } from '../store/slices.ts'

/** PostgreSQL reads over the removed grants to find the next ones, so not with each slice. */
const batchSize = 1000

/** `find` returns the ids of at most `max` grants: none when all are removed. */
export async function removeGrants(
  store: Pick<Store, 'transaction'>,
  find: (max: number) => Promise<readonly string[]>,
): Promise<void> {
  for (;;) {
    const ids = await find(batchSize)
    if (ids.length === 0) return
    await inSlices(store, ({ grants }, max) => grants.removeTokens(ids, max))
    await inSlices(store, ({ grants }, max) => grants.remove(ids, max))
  }
}
