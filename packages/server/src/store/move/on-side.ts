/** What a database of a move throws names that database: there are two, and the operator must know which one to mend. */
import { type DatabaseProblem, problemOf, problemSentences } from '../database-problem.ts'
import { StoreError } from '../errors.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Role } from './records.ts'

export interface NamedSide {
  readonly role: Role
  /** Without a password. */
  readonly name: string
}

/** Performs `work` on one of the databases. @throws StoreError that names it, in place of what the database or its driver throws */
export async function onSide<Result>(side: NamedSide, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw named(side, error)
  }
}

/** The snapshot of one of them. Who reads it may work on the other one meanwhile. */
export function namedSnapshot(side: NamedSide, snapshot: Snapshot): Snapshot {
  return {
    kind: snapshot.kind,
    migrations: () => onSide(side, snapshot.migrations),
    count: (table) => onSide(side, () => snapshot.count(table)),
    columns: (table) => onSide(side, () => snapshot.columns(table)),
    rows: async function* (table, columns) {
      try {
        yield* snapshot.rows(table, columns)
      } catch (error) {
        throw named(side, error)
      }
    },
    query: (text, values) => onSide(side, () => snapshot.query(text, values)),
    close: snapshot.close,
  }
}

/** Of a move itself: their messages say which database they are about. */
const ofMoves: readonly StoreError['code'][] = ['moved', 'unmovable', 'not_empty']

function named(side: NamedSide, error: unknown): unknown {
  if (!(error instanceof Error)) return error
  if (error instanceof StoreError) {
    const isNamed = error.side !== undefined || ofMoves.includes(error.code)
    return isNamed ? error : about(side, error.code, error.message, error)
  }
  const problem = problemOf(error)
  if (problem !== undefined)
    return about(side, codeOf(problem), `${reasonOf(error)} ${sentenceFor(side, problem)}`, error)
  // The error of a driver which is no outage, such as the refusal of a statement.
  const isOfDatabase = 'severity' in error || 'errcode' in error
  return isOfDatabase ? about(side, 'unmovable', `it refuses what the move needs: ${reasonOf(error)}`, error) : error
}

function about(side: NamedSide, code: StoreError['code'], message: string, cause: Error): StoreError {
  const text = message.replaceAll('DATABASE_URL', flags[side.role])
  return new StoreError(code, `The ${side.role}, ${side.name}: ${text}`, { cause, side: side.role })
}

/** What the messages of all other commands call DATABASE_URL. */
const flags: Readonly<Record<Role, string>> = { source: '--from or DATABASE_URL', target: '--to' }

function reasonOf(error: Error): string {
  const found = error instanceof AggregateError ? error.errors[0] : error
  return `${found instanceof Error ? found.message : 'unknown error'}.`
}

function sentenceFor({ role }: NamedSide, problem: DatabaseProblem): string {
  if (problem === 'damaged' && role === 'target') return 'It is damaged: check its disk, and move into a new database.'
  return problemSentences[problem]
}

function codeOf(problem: DatabaseProblem): StoreError['code'] {
  return codes[problem] ?? 'unreachable'
}

const codes: Readonly<Partial<Record<DatabaseProblem, StoreError['code']>>> = {
  read_only: 'unwritable',
  forbidden: 'unmovable',
  no_tables: 'unmovable',
  standby: 'standby',
  full: 'full',
  io_error: 'io_error',
  damaged: 'corrupt',
}
