/** A database from before users were subjects, profiles and credentials, in the version of the schema that it had. */
import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import { Client } from 'pg'
import { type DatabaseKind, freshDatabase } from './databases.ts'

/** The migrations from there to the current schema. */
export const migrations = [
  '0010-subjects',
  '0011-authentication',
  '0012-former-defaults',
  '0013-key-revocation',
  '0014-directory-links',
  '0016-groups-and-roles',
  '0017-attributes',
  '0018-login-by-email',
  '0021-demo-users',
  '0022-restores',
  '0023-moves',
  '0024-issuers',
]

/** A database with the rows and the schema of commit 9c5bd4e. Its keys are sealed with the tests' secret. */
export async function formerDatabase(t: TestContext, kind: DatabaseKind): Promise<string> {
  const { url, remove } = await freshDatabase(kind)
  t.after(remove)
  const dump = readFileSync(new URL(`../store/fixtures/before-subjects.${kind}.sql`, import.meta.url), 'utf8')
  await execute(url, dump)
  return url
}

export async function execute(url: string, statements: string): Promise<void> {
  if (url.startsWith('sqlite:')) {
    const database = new DatabaseSync(url.slice('sqlite:'.length))
    database.exec(statements)
    database.close()
    return
  }
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(statements)
  await client.end()
}
