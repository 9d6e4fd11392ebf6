/**
 * Fills the SQLite file of a deployment with users and refresh tokens, and then its write-ahead log, and is killed: the log stays as it is. A program of its
 * own: `node crashed-database.ts FILE USERS REFRESH_TOKENS LOG_BYTES`.
 */
import { fsyncSync, openSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

const [path = '', ...numbers] = process.argv.slice(2)
const [users = 0, refreshTokens = 0, logBytes = 0] = numbers.map(Number)

const database = new DatabaseSync(path, { enableForeignKeyConstraints: false })
database.exec(
  'pragma journal_mode = delete; pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -1000000',
)
addRows(users, `insert into subjects (id, is_disabled, created_at) select 'u' || i, 0, 0 from numbers`)
addRows(
  users,
  `insert into profiles (subject_id, username, username_key, is_email_verified, updated_at)
     select 'u' || i, 'user' || i, 'user' || i, 0, 0 from numbers`,
)
addRows(
  users,
  `insert into credentials (subject_id, password_hash, is_demo)
     select 'u' || i, (select password_hash from credentials limit 1), 0 from numbers`,
)
addRows(
  users,
  `insert into grants (id, client_id, user_id, scope, claims, resources, is_offline, authenticated_at, created_at, expires_at)
     select 'g' || i, 'countersign-demo', 'u' || i, 'me', '{}', '[]', 0, unixepoch(), unixepoch(), unixepoch() + 9000000 from numbers`,
)
addRows(
  refreshTokens,
  `insert into refresh_tokens (token_hash, grant_id, created_at, expires_at)
     select printf('%010d-the-hash-of-a-refresh-token', i), 'g' || (1 + (i - 1) % ${users}), unixepoch(), unixepoch() + 9000000 from numbers`,
)

database.exec('pragma journal_mode = wal; pragma wal_autocheckpoint = 0')
const logged = 10_000
let first = 1
do {
  database.exec(
    `update refresh_tokens set used_at = coalesce(used_at, 0) + 1 where rowid between ${first} and ${first + logged - 1}`,
  )
  first = (first + logged) % refreshTokens
} while (statSync(`${path}-wal`).size < logBytes)
// A server that keeps what it confirms has nothing left in the cache of the system.
for (const file of [path, `${path}-wal`]) fsyncSync(openSync(file, 'r+'))
process.kill(process.pid, 'SIGKILL')

function addRows(count: number, insert: string): void {
  database.exec(
    `with recursive numbers (i) as (select 1 union all select i + 1 from numbers where i < ${count}) ${insert}`,
  )
}
