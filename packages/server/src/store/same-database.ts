/**
 * Whether connections lead to the database that this process has used until now. In another one every token would be unknown, so that clients
 * would be told to forget theirs, and there would be no key to publish.
 */
import type { ClientBase } from 'pg'
import { DatabaseIsOther } from './database-is-other.ts'
import { migrationTable } from './migration-state.ts'

/** When the first migration ran, to the millisecond: a copy has it, a database that was made for itself has not. */
const text = `select min(timestamp) as "madeAt" from ${migrationTable}`

/** PostgreSQL's undefined_table and insufficient_privilege. */
const unreadable = ['42P01', '42501']

/** @throws DatabaseIsOther, and the error of PostgreSQL where the tables are gone */
export type RequireSame = (client: ClientBase) => Promise<void>

/** The first database that has tables is the one. */
export function createRequireSame(): RequireSame {
  let known: string | undefined
  return async (client) => {
    const found = known === undefined ? await madeAtFirst(client) : await madeAt(client)
    known ??= found
    if (found !== known) throw new DatabaseIsOther()
  }
}

async function madeAt(client: ClientBase): Promise<string | undefined> {
  const { rows } = await client.query(text)
  return rows[0]?.madeAt ?? undefined
}

/** `undefined` before the first migration, and where the role may not read: the start says so. */
async function madeAtFirst(client: ClientBase): Promise<string | undefined> {
  try {
    return await madeAt(client)
  } catch (error) {
    if (error instanceof Error && 'code' in error && unreadable.includes(String(error.code))) return undefined
    throw error
  }
}
