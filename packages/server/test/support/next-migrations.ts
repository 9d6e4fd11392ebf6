/** Migrations of versions that do not exist yet: one that only expands, and a later one that contracts. */
import { sql } from 'kysely'
import type { Migrations, StoreMigration } from '../../src/store/migration.ts'
import { migrations } from '../../src/store/migration-list.ts'
import * as expanding from './expanding-migration.ts'

export const contracting: StoreMigration = {
  up: async (db) => {
    await sql`alter table grants drop column next_note`.execute(db)
  },
  lowest: { migration: '9001-expanding', version: '9.1.0' },
}

export const nextMigrations: Migrations = { ...migrations, '9001-expanding': expanding }
export const laterMigrations: Migrations = { ...nextMigrations, '9002-contracting': contracting }
