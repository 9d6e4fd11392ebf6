/** What a migration is. */
import type { Migration } from 'kysely/migration'

export interface StoreMigration extends Migration {
  /** Only of a migration that contracts: the lowest version that may run on the database from here on. */
  readonly lowest?: Lowest
}

/** By their names, which give their order. */
export type Migrations = Readonly<Record<string, StoreMigration>>

/** A program may run if it knows `migration`. The first version that does is `version`. */
export interface Lowest {
  readonly migration: string
  readonly version: string
}
