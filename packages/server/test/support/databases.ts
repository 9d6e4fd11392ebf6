/** Both databases, fresh for each test that asks. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { Client } from 'pg'
import { openStore, type Store } from '../../src/store/open.ts'

export interface FreshDatabase {
  readonly url: string
  readonly remove: () => Promise<void>
}

export type DatabaseKind = 'sqlite' | 'postgres'

export const databaseKinds: readonly DatabaseKind[] = ['sqlite', 'postgres']

/** A store on a fresh database; closed and removed when the test ends. */
export async function freshStore(test: TestContext, kind: DatabaseKind): Promise<Store> {
  const database = await freshDatabase(kind)
  const store = await openStore({ url: database.url, migrate: true })
  test.after(async () => {
    await store.close()
    await database.remove()
  })
  return store
}

export function freshDatabase(kind: DatabaseKind): Promise<FreshDatabase> {
  return kind === 'sqlite' ? freshSqlite() : freshPostgres()
}

async function freshSqlite(): Promise<FreshDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'))
  return {
    url: `sqlite:${join(folder, 'test.db')}`,
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function freshPostgres(): Promise<FreshDatabase> {
  const server = process.env['TEST_POSTGRES_URL']
  if (!server) throw new Error('PostgreSQL is started by the test command: run the tests with npm test')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await administer(`create database ${name}`)
  return { url: `${server}/${name}`, remove: () => administer(`drop database if exists ${name} with (force)`) }

  async function administer(statement: string): Promise<void> {
    const client = new Client({ connectionString: `${server}/postgres` })
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
}
