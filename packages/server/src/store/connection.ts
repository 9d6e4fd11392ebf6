/** How the table files reach the database: by statements, which are compiled once for each store. */
import type { CompiledQuery, Kysely } from 'kysely'
import { type CompileOnce, compileOnce } from './compile-once.ts'
import type { DatabaseProblem } from './database-problem.ts'
import type { PoolLoad } from './postgres-connections.ts'
import type { Schema } from './schema.ts'
import type { DatabaseKind, Statement, StoredValue } from './statement.ts'

export interface Connection {
  readonly kind: DatabaseKind
  /** For SQL that is not a prepared statement: migrations and their table. */
  readonly db: Kysely<Schema>
  /**
   * Runs a statement that changes nothing. On SQLite it returns the rows without a promise, from a connection of its own, which
   * sees what is committed and never waits for a transaction. In a transaction it sees what that has written. The members of a
   * row can be read by their names, not listed.
   */
  readonly read: <Values, Row>(statement: Statement<Values, Row>, values: Values) => Row[] | Promise<Row[]>
  /** Runs a statement that changes rows. Returns how many. */
  readonly write: <Values>(statement: Statement<Values, unknown>, values: Values) => Promise<number>
  /** Runs a statement that changes rows, and returns them. */
  readonly writeReturning: <Values, Row>(statement: Statement<Values, Row>, values: Values) => Promise<Row[]>
  /** Runs `work` in a transaction, which is rolled back when it throws. In a transaction, that is this one. */
  readonly transaction: <Result>(work: (inside: Connection) => Promise<Result>) => Promise<Result>
  /**
   * Runs the statements in a transaction of their own, to see whether the database keeps what they write.
   * @throws the database's error
   */
  readonly probe: <Values>(
    statements: readonly Statement<Values, unknown>[],
    values: Values,
  ) => Promise<DatabaseProblem | undefined>
  /** Runs migrations: without the limits on time, and where tables can be rebuilt that others refer to. */
  readonly migrate: Migrate
  /** Gives the disk back what is no longer needed, when nothing is being written. Resolves with the bytes of SQLite's write-ahead log. */
  readonly tidy: () => Promise<number>
  /** `undefined` where there is no pool of connections. */
  readonly poolLoad: (() => PoolLoad) | undefined
  /** How many connections all programs together may have; `undefined` without a limit, or where a pooler has its own. */
  readonly connectionLimit: () => Promise<number | undefined>
  readonly close: () => Promise<void>
}

/** What differs between the databases. */
export interface Database {
  readonly kind: DatabaseKind
  readonly db: Kysely<Schema>
  /** Called once for each statement, before its first use. @default nothing to do */
  readonly onCompiled?: (name: string, text: string) => void
  readonly prepareRead: (text: string) => Read
  readonly transact: Transact
  /** Runs `work`, which is one statement: in a transaction, or as one. @default on `db` */
  readonly runOne?: Transact
  readonly probe: (queries: readonly CompiledQuery[]) => Promise<DatabaseProblem | undefined>
  readonly migrate: Migrate
  /** @default nothing to do */
  readonly tidy?: () => Promise<number>
  readonly poolLoad?: () => PoolLoad
  /** @default there is no limit */
  readonly connectionLimit?: () => Promise<number | undefined>
  readonly close: () => Promise<void>
}

/** Runs a prepared read with the values of its places. */
export type Read = (values: readonly StoredValue[]) => object[] | Promise<object[]>

/**
 * Runs `work` in a transaction, which is rolled back when it throws. Resolves when it is committed. May run `work` again when the database has
 * rolled it back.
 */
export type Transact = <Result>(work: (db: Kysely<Schema>) => Promise<Result>) => Promise<Result>

/** Runs `work` on what migrations run on. */
export type Migrate = <Result>(work: (db: Kysely<Schema>) => Promise<Result>) => Promise<Result>

export function connectionTo({
  kind,
  db,
  onCompiled = () => {},
  prepareRead,
  transact,
  runOne = (work) => work(db),
  probe: probeWith,
  migrate,
  tidy = async () => 0,
  poolLoad,
  connectionLimit = async () => undefined,
  close,
}: Database): Connection {
  const compiled = compileOnce(db, kind, onCompiled)
  const reads = new Map<unknown, (values: never) => object[] | Promise<object[]>>()

  function prepare<Values, Row>(statement: Statement<Values, Row>) {
    const { query, positional } = compiled(statement)
    const run = prepareRead(query.sql)
    const read = (values: Values) => run(positional(values))
    reads.set(statement, read)
    return read
  }

  function probe<Values>(statements: readonly Statement<Values, unknown>[], values: Values) {
    return probeWith(
      statements.map((statement) => {
        const { query, positional } = compiled(statement)
        return { ...query, parameters: positional(values) }
      }),
    )
  }

  const shared = { kind, probe, migrate, tidy, poolLoad, connectionLimit, close }

  function inTransaction(inside: Kysely<Schema>): Connection {
    const writes = writesOn(inside, compiled)
    const connection: Connection = {
      ...shared,
      ...writes,
      db: inside,
      read: writes.writeReturning,
      transaction: (work) => work(connection),
    }
    return connection
  }

  return {
    ...shared,
    db,
    read: <Values, Row>(statement: Statement<Values, Row>, values: Values) => {
      const read = reads.get(statement) ?? prepare(statement)
      // It was prepared from this very statement; the databases' drivers cannot know the type of its rows.
      return (read as (values: Values) => Row[] | Promise<Row[]>)(values)
    },
    write: (statement, values) => runOne((on) => writesOn(on, compiled).write(statement, values)),
    writeReturning: (statement, values) => runOne((on) => writesOn(on, compiled).writeReturning(statement, values)),
    transaction: (work) => transact((inside) => work(inTransaction(inside))),
  }
}

function writesOn(db: Kysely<Schema>, compiled: CompileOnce): Pick<Connection, 'write' | 'writeReturning'> {
  function execute<Values, Row>(statement: Statement<Values, Row>, values: Values) {
    const { query, positional } = compiled(statement)
    return db.executeQuery<Row>({ ...query, parameters: positional(values) })
  }
  return {
    write: async (statement, values) => Number((await execute(statement, values)).numAffectedRows ?? 0n),
    writeReturning: async (statement, values) => (await execute(statement, values)).rows,
  }
}
