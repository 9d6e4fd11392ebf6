/** The `refresh_tokens` table. A used token stays until some time after it has expired, so that reuse is noticed. */
import type { RefreshToken, RefreshTokenUse } from '../domain/refresh-token.ts'
import { scopesIn } from '../domain/scope.ts'
import type { Connection } from './connection.ts'
import type { RefreshTokenRow } from './schema.ts'
import { type Placeholders, placed, statement } from './statement.ts'

export interface RefreshTokensTable {
  readonly find: (hash: string) => Promise<RefreshToken | undefined>
  readonly insert: (hash: string, token: Omit<RefreshToken, 'use'>) => Promise<void>
  /** Whether the token was unused until now. One statement: of parallel uses one succeeds. */
  readonly consume: (hash: string, use: RefreshTokenUse) => Promise<boolean>
  /** Removes at most `max` of the tokens that expired before `time`. Returns how many: 0 when none is left. */
  readonly removeEnded: (time: number, max: number) => Promise<number>
}

const columns = [
  'token_hash',
  'grant_id',
  'created_at',
  'expires_at',
  'used_at',
  'used_scope',
  'used_resources',
  'used_by',
] as const satisfies readonly (keyof RefreshTokenRow)[]

const byHash = statement('refresh_tokens.find', (db, p: Placeholders<{ hash: string }>) =>
  db.selectFrom('refresh_tokens').select(columns).where('token_hash', '=', p.hash),
)

const insert = statement('refresh_tokens.insert', (db, p: Placeholders<RefreshTokenRow>) =>
  db.insertInto('refresh_tokens').values(placed(p, columns)),
)

const consume = statement(
  'refresh_tokens.consume',
  (db, p: Placeholders<{ hash: string; usedAt: number; scope: string; resources: string; request: string }>) =>
    db
      .updateTable('refresh_tokens')
      .set({ used_at: p.usedAt, used_scope: p.scope, used_resources: p.resources, used_by: p.request })
      .where('token_hash', '=', p.hash)
      .where('used_at', 'is', null),
)

const removeEnded = statement('refresh_tokens.removeEnded', (db, p: Placeholders<{ time: number; max: number }>) => {
  const ended = db.selectFrom('refresh_tokens').select('token_hash').where('expires_at', '<', p.time).limit(p.max)
  return db.deleteFrom('refresh_tokens').where('expires_at', '<', p.time).where('token_hash', 'in', ended)
})

export function refreshTokensTable({ read, write }: Connection): RefreshTokensTable {
  return {
    find: async (hash) => {
      const [row] = await read(byHash, { hash })
      return row && fromRow(row)
    },
    insert: async (hash, token) => {
      await write(insert, toRow(hash, token))
    },
    consume: async (hash, { scopes, resources, request }) => {
      const values = {
        hash,
        usedAt: request.happenedAt,
        scope: scopes.join(' '),
        resources: JSON.stringify(resources),
        request: JSON.stringify(request),
      }
      return (await write(consume, values)) > 0
    },
    removeEnded: (time, max) => write(removeEnded, { time, max }),
  }
}

function fromRow(row: RefreshTokenRow): RefreshToken {
  return {
    grantId: row.grant_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    use: row.used_by === null ? null : useOf(row, row.used_by),
  }
}

/** What is JSON was written above. */
function useOf({ used_scope: scope, used_resources: resources }: RefreshTokenRow, request: string): RefreshTokenUse {
  return {
    scopes: scopesIn(scope),
    // `null`: used before there were resources.
    resources: JSON.parse(resources ?? '[]'),
    request: JSON.parse(request),
  }
}

function toRow(hash: string, token: Omit<RefreshToken, 'use'>): RefreshTokenRow {
  return {
    token_hash: hash,
    grant_id: token.grantId,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
    used_at: null,
    used_scope: null,
    used_resources: null,
    used_by: null,
  }
}
