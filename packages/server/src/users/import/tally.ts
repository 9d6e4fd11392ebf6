/** Counts what an import finds, in an amount of memory that does not grow with the file. */
import type { ImportProblem } from './import-problem.ts'
import type { Judged } from './judge-rows.ts'
import type { Question, RecordFacts } from './read-record.ts'
import { inspectFor, isToBeWrapped, type Wrapping } from './wrapping.ts'

export interface ImportCheck {
  readonly rows: number
  /** Records that are no users, such as the groups of a directory. */
  readonly others: number
  /** Users by hash scheme; `none` counts those who must set a password first. */
  readonly schemes: ReadonlyMap<string, number>
  /** Users whose hash is weaker than today's minimum. Each is hashed again at the user's next login. */
  readonly belowFloor: number
  /** Users whose hash comes inside of argon2id. */
  readonly wrapped: number
  /** The first users who come without a password. */
  readonly withoutPassword: readonly string[]
  /** Users who come in disabled. */
  readonly disabled: number
  /** How many users each member disables. */
  readonly disabledBy: ReadonlyMap<string, number>
  /** Users that exist already under the same id and username. */
  readonly present: number
  readonly rejected: number
  /** The first of them. */
  readonly rejectedRows: readonly RejectedRow[]
  /** What only the operator can explain, by its path. */
  readonly questions: ReadonlyMap<string, Asked>
  /** Claims without which users come in. */
  readonly leftOut: ReadonlyMap<string, LeftOut>
  /** The first users whom a reader may take for another one. */
  readonly lookalikes: readonly Lookalike[]
  /** Names of members that the import ignores. */
  readonly ignored: readonly string[]
  /** The paths of `--map` that some row has. */
  readonly mapped: ReadonlySet<string>
}

export interface RejectedRow {
  /** Counted from 1. */
  readonly row: number
  /** Where it is in the file, such as `line 17`. */
  readonly place: string
  readonly problems: readonly ImportProblem[]
}

export interface Lookalike {
  readonly username: string
  /** The username of the other user, or the place where it is in the file. */
  readonly looksLike: string
}

export interface Asked {
  readonly about: Question['about']
  /** The first place. */
  readonly place: string
  readonly rows: number
}

export interface LeftOut {
  readonly problem: ImportProblem
  /** The first place. */
  readonly place: string
  readonly rows: number
}

/** Rows and names that are kept one by one. */
const maxKept = 1000

export interface Tally {
  readonly add: (judged: Judged) => void
  readonly result: () => ImportCheck
}

export function createTally(wrapping: Wrapping | undefined): Tally {
  const inspect = inspectFor(wrapping)
  const counts = { rows: 0, others: 0, belowFloor: 0, wrapped: 0, disabled: 0, present: 0, rejected: 0 }
  const schemes = new Map<string, number>()
  const withoutPassword: string[] = []
  const disabledBy = new Map<string, number>()
  const rejectedRows: RejectedRow[] = []
  const questions = new Map<string, Asked>()
  const leftOut = new Map<string, LeftOut>()
  const lookalikes: Lookalike[] = []
  const ignored = new Set<string>()
  const mapped = new Set<string>()

  function addFacts({ ignored: names, questions: asked, mapped: paths }: RecordFacts, place: string): void {
    for (const name of names) if (ignored.size < maxKept) ignored.add(name)
    for (const path of paths) mapped.add(path)
    for (const { path, about } of asked)
      addTo(questions, path, (rows, first) => ({ about, place: first?.place ?? place, rows }))
  }

  function addUser(facts: RecordFacts, place: string, username: string, hash: string | null): void {
    const inspection = inspect(hash)
    const scheme = inspection.status === 'usable' ? inspection.scheme : 'none'
    schemes.set(scheme, (schemes.get(scheme) ?? 0) + 1)
    if (isToBeWrapped(inspection, wrapping)) counts.wrapped++
    else if (inspection.status === 'usable' && inspection.isBelowFloor) counts.belowFloor++
    if (scheme === 'none' && withoutPassword.length < maxKept) withoutPassword.push(username)
    if (facts.disabledBy.length > 0) counts.disabled++
    for (const name of facts.disabledBy) disabledBy.set(name, (disabledBy.get(name) ?? 0) + 1)
    for (const problem of facts.leftOut) {
      addTo(leftOut, `${problem.field}`, (rows, first) => ({ problem, place: first?.place ?? place, rows }))
    }
  }

  return {
    add: ({ row, place, verdict, facts, looksLike }) => {
      counts.rows++
      if (facts) addFacts(facts, place)
      if (verdict.kind === 'other') counts.others++
      else if (verdict.kind === 'present') counts.present++
      else if (verdict.kind === 'rejected') {
        counts.rejected++
        if (rejectedRows.length < maxKept) rejectedRows.push({ row, place, problems: verdict.problems })
      } else if (facts) {
        const { username } = verdict.user.profile
        addUser(facts, place, username, verdict.user.credentials.passwordHash)
        if (looksLike !== undefined && lookalikes.length < maxKept) lookalikes.push({ username, looksLike })
      }
    },
    result: () => ({
      ...counts,
      schemes,
      withoutPassword,
      disabledBy,
      rejectedRows,
      questions,
      leftOut,
      lookalikes,
      ignored: [...ignored],
      mapped,
    }),
  }
}

/** Counts one more under this key, unless there are too many keys. */
function addTo<Entry extends { readonly rows: number }>(
  map: Map<string, Entry>,
  key: string,
  next: (rows: number, first: Entry | undefined) => Entry,
): void {
  const first = map.get(key)
  if (first !== undefined || map.size < maxKept) map.set(key, next((first?.rows ?? 0) + 1, first))
}
