/** What a move would copy. */
import { databaseSize } from '../database-size.ts'
import { atOneMoment } from './catch-up.ts'
import { type Beginning, findBeginning } from './find-beginning.ts'
import { movedTables } from './moved-tables.ts'
import { namedUrl } from './named-url.ts'
import { onSide } from './on-side.ts'
import { type Urls, withSidesAsTheyAre } from './sides.ts'

export interface MovePlan {
  readonly state: Beginning['state']
  /** Without passwords. */
  readonly from: string
  readonly to: string
  /** Of each table. */
  readonly rows: ReadonlyMap<string, number>
  /** Of the whole database of the source. */
  readonly bytes: number
  /** An estimate of the part in which the servers go on. */
  readonly seconds: number
}

/** Rows that are copied and compared in a second by a busy machine: docs/decisions/0096-a-move-follows-a-log-of-changes.md. */
const rowsPerSecond = 10_000

/** Changes nothing. @throws StoreError, as a move would */
export async function planMove(urls: Urls): Promise<MovePlan> {
  return await withSidesAsTheyAre(urls, async (source, target) => {
    const { state } = await findBeginning(source, target, '')
    const rows = new Map<string, number>()
    await atOneMoment(source, undefined, async (snapshot) => {
      for (const table of movedTables) rows.set(table, await snapshot.count(table))
    })
    const total = [...rows.values()].reduce((sum, count) => sum + count, 0)
    const bytes = await onSide(source, () => databaseSize(source.connection))
    return { state, from: source.name, to: namedUrl(urls.to), rows, bytes, seconds: total / rowsPerSecond }
  })
}
