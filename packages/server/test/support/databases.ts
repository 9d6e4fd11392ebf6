/** Both databases, fresh for each test. */
import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { Client } from 'pg'
import { openStore, type Store } from '../../src/store/open.ts'
import { patientPool } from './patience.ts'

export interface FreshDatabase {
  readonly url: string
  readonly remove: () => Promise<void>
}

export type DatabaseKind = 'sqlite' | 'postgres'

export const databaseKinds: readonly DatabaseKind[] = ['sqlite', 'postgres']

/** A store on a fresh database; closed and removed when the test ends. */
export async function freshStore(test: TestContext, kind: DatabaseKind): Promise<Store> {
  return (await freshStoreAndUrl(test, kind)).store
}

/** The same, for a test that also looks into the database. */
export async function freshStoreAndUrl(test: TestContext, kind: DatabaseKind): Promise<{ store: Store; url: string }> {
  const { url, remove } = await migratedDatabase(kind)
  const store = await openStore({ url, migrate: true, pool: patientPool })
  test.after(async () => {
    await store.close()
    await remove()
  })
  return { store, url }
}

/** An empty database. */
export function freshDatabase(kind: DatabaseKind): Promise<FreshDatabase> {
  return kind === 'sqlite' ? freshSqlite(undefined) : freshPostgres('template1')
}

/** One with the current tables, empty. */
export function migratedDatabase(kind: DatabaseKind): Promise<FreshDatabase> {
  return kind === 'sqlite' ? freshSqlite(sqliteTemplate('migrated')) : freshPostgres(postgresTemplate('migrated'))
}

/** The same for a process that is killed or traced: it waits for each commit as in production. */
export function migratedDatabaseOnDisk(kind: DatabaseKind): Promise<FreshDatabase> {
  return kind === 'sqlite'
    ? freshSqlite(sqliteTemplate('migrated'), process.env['TEST_DISK'] ?? tmpdir())
    : migratedDatabase(kind)
}

/** One with the current tables and with keys: new keys for each test would take most of its time. */
export function preparedDatabase(kind: DatabaseKind): Promise<FreshDatabase> {
  return kind === 'sqlite' ? freshSqlite(sqliteTemplate('prepared')) : freshPostgres(postgresTemplate('prepared'))
}

/** What `template.ts` makes, for tests to copy. */
export type Template = 'migrated' | 'prepared'

/** Its file. */
export function sqliteTemplate(template: Template): string {
  const folder = process.env['TEST_TEMPLATES']
  if (!folder) throw new Error('The databases are made by the test command: run the tests with npm test')
  return join(folder, `${template}.db`)
}

/** Its name on the tests' PostgreSQL. */
export function postgresTemplate(template: Template): string {
  return `countersign_${template}`
}

async function freshSqlite(template: string | undefined, parent: string = tmpdir()): Promise<FreshDatabase> {
  const folder = mkdtempSync(join(parent, 'countersign-test-'))
  const path = join(folder, 'test.db')
  if (template !== undefined) copyFileSync(template, path)
  return { url: `sqlite:${path}`, remove: async () => rmSync(folder, { recursive: true, force: true }) }
}

async function freshPostgres(template: string): Promise<FreshDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  // Without the write-ahead log, which would contain the whole copy.
  await administer(`create database ${name} template ${template} strategy file_copy`)
  return { url: postgresUrl(name), remove: () => administer(`drop database if exists ${name} with (force)`) }
}

/** The URL of a database on the tests' PostgreSQL. */
export function postgresUrl(name: string): string {
  const server = process.env['TEST_POSTGRES_URL']
  if (!server) throw new Error('PostgreSQL is started by the test command: run the tests with npm test')
  return `${server}/${name}`
}

/** Runs a statement that creates or drops databases. */
export async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: postgresUrl('postgres') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
