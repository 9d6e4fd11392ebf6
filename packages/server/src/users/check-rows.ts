/** Checks every row of an import against the rules, the other rows and the database. */
import type { User, UserWithCredentials } from '../domain/user.ts'
import { usernameKey } from '../domain/username.ts'
import { inspectHash } from '../passwords/import-check.ts'
import type { Store } from '../store/open.ts'
import { type ImportProblem, type ImportRow, readRecord } from './import-record.ts'

export interface ImportCheck {
  readonly rows: number
  /** Users by hash scheme; `none` counts those who must set a password first. */
  readonly schemes: ReadonlyMap<string, number>
  /** Users whose hash is weaker than today's minimum. Each is hashed again at the user's next login. */
  readonly belowFloor: number
  /** Users that exist already under the same id and username. They stay as they are. */
  readonly present: number
  readonly rejected: readonly RejectedRow[]
  /** Names of members that the import ignores. */
  readonly ignored: readonly string[]
}

export interface RejectedRow {
  /** Counted from 1. */
  readonly row: number
  /** Where it is in the file, such as `line 17`. */
  readonly place: string
  readonly problems: readonly ImportProblem[]
}

/** Rows per query. */
const batchSize = 500

interface Candidate {
  readonly row: number
  readonly place: string
  readonly user: UserWithCredentials
}

export async function checkRows(
  store: Store,
  rows: AsyncIterable<ImportRow>,
  now: number,
  onProgress: (rows: number) => void,
): Promise<ImportCheck> {
  const schemes = new Map<string, number>()
  const ignored = new Set<string>()
  const rejected: RejectedRow[] = []
  const findEarlier = rememberPlaces()
  let count = 0
  let belowFloor = 0
  let present = 0
  let batch: Candidate[] = []

  for await (const row of rows) {
    count++
    const record = readRecord(row, now)
    for (const name of record.ignored) ignored.add(name)
    if (record.problems) rejected.push({ row: count, place: row.place, problems: record.problems })
    else batch.push({ row: count, place: row.place, user: record.user })
    if (batch.length === batchSize) await checkBatch()
    if (count % batchSize === 0) onProgress(count)
  }
  await checkBatch()
  rejected.sort((one, other) => one.row - other.row)
  return { rows: count, schemes, belowFloor, present, rejected, ignored: [...ignored] }

  async function checkBatch(): Promise<void> {
    const names = batch.map(({ user: { subject, profile } }) => ({ id: subject.id, username: profile.username }))
    const others = await store.users.findTaken(names)
    for (const { row, place, user } of batch) {
      const conflict = findEarlier(user, place) ?? conflictWith(others, user)
      if (conflict === 'present') present++
      else if (conflict) rejected.push({ row, place, problems: [conflict] })
      else countHash(user.credentials.passwordHash)
    }
    batch = []
  }

  function countHash(hash: string | null): void {
    const inspection = inspectHash(hash)
    const scheme = inspection.status === 'usable' ? inspection.scheme : 'none'
    schemes.set(scheme, (schemes.get(scheme) ?? 0) + 1)
    if (inspection.status === 'usable' && inspection.isBelowFloor) belowFloor++
  }
}

/** Finds the problem that an earlier row has the same id or username; otherwise remembers the place. */
function rememberPlaces(): (user: User, place: string) => ImportProblem | undefined {
  const ofIds = new Map<string, string>()
  const ofNames = new Map<string, string>()
  return ({ subject, profile }, place) => {
    const key = usernameKey(profile.username)
    const sameName = ofNames.get(key)
    if (sameName !== undefined) return taken('username', `is also at ${sameName}`)
    const sameId = ofIds.get(subject.id)
    if (sameId !== undefined) return taken('id', `is also at ${sameId}`)
    ofIds.set(subject.id, place)
    ofNames.set(key, place)
    return undefined
  }
}

/** `present` when the database has this user; `undefined` when nobody has the id or the username. */
function conflictWith(others: readonly User[], { subject, profile }: User): ImportProblem | 'present' | undefined {
  const key = usernameKey(profile.username)
  const sameName = others.find((other) => usernameKey(other.profile.username) === key)
  const sameId = others.find((other) => other.subject.id === subject.id)
  if (sameName === sameId) return sameName && 'present'
  return taken(sameName ? 'username' : 'id', 'belongs to another user in the database')
}

function taken(field: 'id' | 'username', message: string): ImportProblem {
  return { code: 'taken', field, message }
}
