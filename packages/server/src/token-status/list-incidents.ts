/** The codes and refresh tokens that were used twice, as an operator lists them. */
import type { Incident } from '../domain/incident.ts'
import { failOperation } from '../domain/operation-error.ts'
import type { Store } from '../store/open.ts'

/** A list has at most so many. */
export const maxIncidents = 1000

/** The newest first. `since` is in seconds since the epoch. @throws OperationError `invalid` */
export async function listIncidents({ incidents }: Pick<Store, 'incidents'>, since = 0): Promise<readonly Incident[]> {
  if (!Number.isFinite(since)) failOperation('since', 'must be a time in seconds since the epoch')
  return await incidents.list(Math.floor(since), maxIncidents)
}
