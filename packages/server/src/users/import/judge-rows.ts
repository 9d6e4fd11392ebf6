/** Checks every record of an import against the rules, the other records and the database. */
import { createHash } from 'node:crypto'
import type { User, UserWithCredentials } from '../../domain/user.ts'
import { latinTwinOf, usernameKey } from '../../domain/username.ts'
import type { Store } from '../../store/open.ts'
import { openSeenNames, type SeenNames } from '../../store/seen-names.ts'
import type { ImportProblem } from './import-problem.ts'
import type { ImportRow } from './import-row.ts'
import { type ReadOptions, type RecordFacts, readRecord } from './read-record.ts'

/** A user whom nobody has. */
export interface NewVerdict {
  readonly kind: 'new'
  readonly user: UserWithCredentials
}

export interface PresentUser extends UserWithCredentials {
  /** As in the user's link: disabled because a directory says so, and nobody else does. */
  readonly isOut: boolean
}

/** A user who is present under the same id and username. */
export interface PresentVerdict {
  readonly kind: 'present'
  readonly user: UserWithCredentials
  readonly stored: PresentUser
}

/** The last two: why the record is rejected, and something else than a user. */
export type Verdict =
  | NewVerdict
  | PresentVerdict
  | { readonly kind: 'rejected'; readonly problems: readonly ImportProblem[] }
  | { readonly kind: 'other' }

export interface Judged {
  /** Counted from 1. */
  readonly row: number
  /** Where it is in the file, such as `line 17`. */
  readonly place: string
  readonly verdict: Verdict
  readonly facts: RecordFacts | undefined
  /** The username of another user, or the place of one, that a reader may take for this one. */
  readonly looksLike: string | undefined
}

export interface JudgedBatch {
  /** Of the rows as they were read. */
  readonly digest: string
  readonly rows: readonly Judged[]
}

/** Rows per query and per transaction. */
const batchSize = 500

/** Gives the same for the same rows: the second read of a file is judged as the first one was. */
export async function* judgeRows(
  store: Pick<Store, 'users' | 'directoryLinks'>,
  rows: AsyncIterable<ImportRow>,
  options: ReadOptions,
): AsyncGenerator<JudgedBatch> {
  const seen = openSeenNames()
  try {
    let count = 0
    for await (const batch of batchesOf(rows)) {
      yield { digest: digestOf(batch), rows: await judgeBatch(store, seen, batch, count, options) }
      count += batch.length
    }
  } finally {
    seen.close()
  }
}

async function judgeBatch(
  store: Pick<Store, 'users' | 'directoryLinks'>,
  seen: SeenNames,
  batch: readonly ImportRow[],
  before: number,
  options: ReadOptions,
): Promise<readonly Judged[]> {
  const records = batch.map((row) => readRecord(row, options))
  const users = records.flatMap((record) => (record.kind === 'user' ? [record.user] : []))
  const names = users.map(({ subject: { id }, profile: { username } }) => ({ id, username }))
  const twins = names.flatMap(({ id, username }) => {
    const twin = latinTwinOf(username)
    return twin === undefined ? [] : [{ id, username: twin }]
  })
  const found = await store.users.findTaken([...names, ...twins])
  const taken = await Promise.all(found.map(async (user) => ({ ...user, isOut: await isOut(store, user) })))
  const byId = new Map(taken.map((user) => [user.subject.id, user]))
  const byKey = new Map(taken.map((user) => [usernameKey(user.profile.username), user]))
  return records.map((record, index) => {
    const place = batch[index]?.place ?? ''
    const verdict = record.kind === 'user' ? judge(record.user, place) : record
    return {
      row: before + index + 1,
      place,
      facts: record.kind === 'other' ? undefined : record.facts,
      verdict,
      looksLike: verdict.kind === 'new' ? findLookalike(verdict.user.profile.username, place) : undefined,
    }
  })

  function findLookalike(username: string, place: string): string | undefined {
    const twin = latinTwinOf(username)
    if (twin === undefined) return seen.find('twin', usernameKey(username))
    seen.note('twin', twin, place)
    return byKey.get(twin)?.profile.username ?? seen.find('username', twin)
  }

  function judge(user: UserWithCredentials, place: string): Verdict {
    const problem = findEarlier(seen, user, place)
    if (problem) return { kind: 'rejected', problems: [problem] }
    const sameName = byKey.get(usernameKey(user.profile.username))
    const sameId = byId.get(user.subject.id)
    if (sameName === undefined && sameId === undefined) return { kind: 'new', user }
    if (sameName !== undefined && sameName === sameId) return { kind: 'present', user, stored: sameName }
    return {
      kind: 'rejected',
      problems: [takenProblem(sameName ? 'username' : 'id', 'belongs to another user in the database')],
    }
  }
}

async function isOut({ directoryLinks }: Pick<Store, 'directoryLinks'>, { subject }: User): Promise<boolean> {
  return subject.isDisabled && (await directoryLinks.find(subject.id))?.isOut === true
}

/** The problem that an earlier row has the same id or username. */
function findEarlier(seen: SeenNames, { subject, profile }: User, place: string): ImportProblem | undefined {
  const sameName = seen.note('username', usernameKey(profile.username), place)
  if (sameName !== undefined) return takenProblem('username', `is also at ${sameName}`)
  const sameId = seen.note('id', subject.id, place)
  return sameId === undefined ? undefined : takenProblem('id', `is also at ${sameId}`)
}

function takenProblem(field: 'id' | 'username', message: string): ImportProblem {
  return { code: 'taken', field, message }
}

async function* batchesOf(rows: AsyncIterable<ImportRow>): AsyncGenerator<readonly ImportRow[]> {
  let batch: ImportRow[] = []
  for await (const row of rows) {
    batch.push(row)
    if (batch.length === batchSize) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

function digestOf(batch: readonly ImportRow[]): string {
  const hash = createHash('sha256')
  for (const { key, value, problem } of batch) hash.update(`${JSON.stringify([key, value, problem])}\n`)
  return hash.digest('base64')
}
