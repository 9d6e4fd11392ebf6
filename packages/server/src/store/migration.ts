/** What a migration is. From 0019 on it only expands: docs/decisions/0086-migrations-only-expand.md. */
import type { Migration } from 'kysely/migration'

export interface StoreMigration extends Migration {
  /** Indexes on tables that exist before it. They are built after it, while requests go on. */
  readonly indexes?: readonly AddedIndex[]
  /** Only of a migration that contracts: the lowest version that may run on the database from here on. */
  readonly lowest?: Lowest
}

/** By their names, which give their order. */
export type Migrations = Readonly<Record<string, StoreMigration>>

export interface AddedIndex {
  /** No other index has it. */
  readonly name: string
  readonly table: string
  readonly columns: readonly string[]
  /** SQL that chooses the rows of a partial index, such as `is_demo = 1`. */
  readonly where?: string
}

/** A program may run if it knows `migration`. The first version that does is `version`. */
export interface Lowest {
  readonly migration: string
  readonly version: string
}
