/** The `credentials` table: what proves who users are. */
import { sql } from 'kysely'
import type { Credentials } from '../domain/credentials.ts'
import type { Connection } from './connection.ts'
import { insertMany } from './insert-many.ts'
import { type Placeholders, statement } from './statement.ts'
import type { CredentialsRow } from './user-rows.ts'

export interface CredentialsTable {
  readonly find: (subjectId: string) => Promise<Credentials | undefined>
  /** Whether the user exists. The user is no longer a demo user: not everyone knows this password. */
  readonly setPassword: (subjectId: string, hash: string) => Promise<boolean>
  /** Whether the user had no password hash, and has this one now. */
  readonly fillPassword: (subjectId: string, hash: string) => Promise<boolean>
  /** Compare-and-swap: whether `previous` was still the stored hash. */
  readonly replaceHash: (subjectId: string, previous: string, next: string) => Promise<boolean>
  /** The usernames of the demo's users. */
  readonly listDemo: () => Promise<readonly string[]>
}

export const credentialsColumns: readonly ['password_hash', 'is_demo'] = ['password_hash', 'is_demo']

const byId = statement('credentials.find', (db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('credentials').select(credentialsColumns).where('subject_id', '=', p.id),
)

const setPassword = statement('credentials.setPassword', (db, p: Placeholders<{ id: string; hash: string }>) =>
  db.updateTable('credentials').set({ password_hash: p.hash, is_demo: 0 }).where('subject_id', '=', p.id),
)

const fillPassword = statement('credentials.fillPassword', (db, p: Placeholders<{ id: string; hash: string }>) =>
  db
    .updateTable('credentials')
    .set({ password_hash: p.hash })
    .where('subject_id', '=', p.id)
    .where('password_hash', 'is', null),
)

const replaceHash = statement(
  'credentials.replaceHash',
  (db, p: Placeholders<{ id: string; previous: string; next: string }>) =>
    db
      .updateTable('credentials')
      .set({ password_hash: p.next })
      .where('subject_id', '=', p.id)
      .where('password_hash', '=', p.previous),
)

const listDemo = statement('credentials.listDemo', (db, _p: Placeholders<object>) =>
  db
    .selectFrom('credentials')
    .innerJoin('profiles', 'profiles.subject_id', 'credentials.subject_id')
    .select('profiles.username')
    // Not a value of the statement: only so does a database know that its index has these rows.
    .where('credentials.is_demo', '=', sql.lit(1))
    .orderBy('profiles.username'),
)

const insert = insertMany('credentials.insert', 'credentials', ['subject_id', ...credentialsColumns])

export function credentialsTable({ read, write }: Connection): CredentialsTable {
  return {
    find: async (id) => {
      const [row] = await read(byId, { id })
      return row && toCredentials(row)
    },
    setPassword: async (id, hash) => (await write(setPassword, { id, hash })) > 0,
    fillPassword: async (id, hash) => (await write(fillPassword, { id, hash })) > 0,
    replaceHash: async (id, previous, next) => (await write(replaceHash, { id, previous, next })) > 0,
    listDemo: async () => (await read(listDemo, {})).map((row) => row.username),
  }
}

export async function insertCredentials(
  inside: Connection,
  all: readonly { readonly subjectId: string; readonly credentials: Credentials }[],
): Promise<void> {
  const rows = all.map(({ subjectId, credentials: { passwordHash, isDemo } }) => ({
    subject_id: subjectId,
    password_hash: passwordHash,
    is_demo: Number(isDemo),
  }))
  await insert(inside, rows)
}

export function toCredentials(row: Pick<CredentialsRow, (typeof credentialsColumns)[number]>): Credentials {
  return { passwordHash: row.password_hash, isDemo: row.is_demo === 1 }
}
