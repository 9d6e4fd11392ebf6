/** Removes a user. */
import type { Context } from '../context.ts'

/** Removes the user with everything that belongs to them. Whether the user existed. */
export function removeUser({ store, now }: Pick<Context, 'store' | 'now'>, id: string): Promise<boolean> {
  return store.subjects.remove(id, Math.floor(now()))
}
