/** Brings users with their password hashes from another system: all of a file or nothing of it. */
import { type User, usernameKey, usernameProblem } from '../domain/user.ts'
import { inspectHash } from '../passwords/import-check.ts'
import type { Store } from '../store/open.ts'
import { type ImportRow, readRecord } from './import-record.ts'

export interface ImportReport {
  readonly rows: number
  /** Users by hash scheme; `none` are those who must set a password first. */
  readonly schemes: ReadonlyMap<string, number>
  /** Users whose hash is weaker than today's floor; each is made new at the user's next login. */
  readonly belowFloor: number
  /** Users that are there already under the same id and name. They are left as they are. */
  readonly present: number
  readonly imported: number
  readonly refused: readonly RefusedRow[]
  /** Names of members that no user has a place for. */
  readonly ignored: readonly string[]
}

export interface RefusedRow {
  /** Counted from 1. */
  readonly row: number
  /** Where it stands in the file, such as `line 17`. */
  readonly place: string
  readonly reason: string
}

export interface ImportOptions {
  readonly isDryRun: boolean
  /** Seconds. */
  readonly now: number
  readonly onProgress: (task: 'checked' | 'imported', rows: number) => void
}

/** Rows per statement. */
const batchSize = 500

/**
 * Checks every row, then, when none is refused, inserts all in one transaction. `rows` is read twice, so that a long
 * file never has to fit in memory.
 */
export async function importUsers(
  store: Store,
  rows: () => AsyncIterable<ImportRow>,
  options: ImportOptions,
): Promise<ImportReport> {
  const checked = await check(store, rows(), options)
  if (checked.refused.length > 0 || options.isDryRun) return { ...checked, imported: 0 }
  let read = 0
  let imported = 0
  await store.transaction(async ({ users }) => {
    for await (const batch of batches(rows(), options.now)) {
      const taken = await users.findTaken(batch)
      const takenIds = new Set(taken.map((user) => user.id))
      const missing = batch.filter((user) => !takenIds.has(user.id))
      await users.insert(missing)
      read += batch.length
      imported += missing.length
      options.onProgress('imported', imported)
    }
    if (read !== checked.rows) throw new Error('the file changed while it was imported: nothing was kept')
  })
  return { ...checked, imported }
}

async function check(
  store: Store,
  rows: AsyncIterable<ImportRow>,
  { now, onProgress }: ImportOptions,
): Promise<Omit<ImportReport, 'imported'>> {
  const schemes = new Map<string, number>()
  const ignored = new Set<string>()
  const refused: RefusedRow[] = []
  const placesOfIds = new Map<string, string>()
  const placesOfNames = new Map<string, string>()
  let count = 0
  let belowFloor = 0
  let present = 0
  let batch: { row: number; user: User; place: string }[] = []

  for await (const row of rows) {
    count++
    const record = readRecord(row, now)
    for (const name of record.ignored) ignored.add(name)
    const reason = record.problem ?? problemOf(record.user)
    if (reason !== undefined) refused.push({ row: count, place: row.place, reason })
    else if (record.user) batch.push({ row: count, user: record.user, place: row.place })
    if (batch.length === batchSize) await checkBatch()
    if (count % batchSize === 0) onProgress('checked', count)
  }
  await checkBatch()
  refused.sort((one, other) => one.row - other.row)
  return { rows: count, schemes, belowFloor, present, refused, ignored: [...ignored] }

  async function checkBatch(): Promise<void> {
    const taken = await store.users.findTaken(batch.map(({ user }) => user))
    for (const { row, user, place } of batch) {
      const clash = clashOf(user, place, taken)
      if (clash === 'present') present++
      else if (clash) refused.push({ row, place, reason: clash })
      else countHash(user.passwordHash)
    }
    batch = []
  }

  function clashOf(user: User, place: string, taken: readonly User[]): string | undefined {
    const key = usernameKey(user.username)
    const earlier = placesOfIds.get(user.id) ?? placesOfNames.get(key)
    if (earlier !== undefined) return `the same id or username stands at ${earlier}`
    placesOfIds.set(user.id, place)
    placesOfNames.set(key, place)
    const others = taken.filter((other) => other.id === user.id || usernameKey(other.username) === key)
    if (others.length === 0) return undefined
    const isSame = others.length === 1 && others[0]?.id === user.id && usernameKey(others[0].username) === key
    return isSame ? 'present' : 'the id or the username belongs to another user of the database'
  }

  function countHash(hash: string | null): void {
    const inspection = inspectHash(hash)
    const scheme = inspection.status === 'usable' ? inspection.scheme : 'none'
    schemes.set(scheme, (schemes.get(scheme) ?? 0) + 1)
    if (inspection.status === 'usable' && inspection.isBelowFloor) belowFloor++
  }
}

async function* batches(rows: AsyncIterable<ImportRow>, now: number): AsyncGenerator<readonly User[]> {
  let batch: User[] = []
  for await (const row of rows) {
    const { user } = readRecord(row, now)
    if (user) batch.push(user)
    if (batch.length === batchSize) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

function problemOf(user: User | undefined): string | undefined {
  if (!user) return undefined
  const inspection = inspectHash(user.passwordHash)
  return usernameProblem(user.username) ?? (inspection.status === 'refused' ? inspection.reason : undefined)
}
