/** Whether a database is the one of `countersign dev`. `serve` does not start on it. */
import type { Store } from '../store/open.ts'

/** A command on it has the scopes of `dev`: its clients may be registered for them. */
export async function isDemoDatabase(store: Store): Promise<boolean> {
  return (await store.credentials.listDemo()).length > 0
}
