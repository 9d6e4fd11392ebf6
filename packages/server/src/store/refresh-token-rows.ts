/** Rows of the `refresh_tokens` table, and what they mean. */
import type { RefreshToken, RefreshTokenUse } from '../domain/refresh-token.ts'
import { scopesIn } from '../domain/scope.ts'
import { hasKey } from './read-by-key.ts'
import type { RefreshTokenRow } from './schema.ts'
import { type Placeholders, placed, type Statement, statement } from './statement.ts'

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

export const refreshTokenByHash: Statement<{ key: string }, RefreshTokenRow> = statement(
  'refresh_tokens.find',
  (db, p: Placeholders<{ key: string }>, kind) =>
    db
      .selectFrom('refresh_tokens')
      .select(columns)
      .where((where) => hasKey(where.ref('token_hash'), p.key, kind)),
)

export const insertRefreshToken: Statement<RefreshTokenRow, unknown> = statement(
  'refresh_tokens.insert',
  (db, p: Placeholders<RefreshTokenRow>) => db.insertInto('refresh_tokens').values(placed(p, columns)),
)

export function toRefreshToken(row: RefreshTokenRow): RefreshToken {
  return {
    grantId: row.grant_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    use: row.used_by === null ? null : toUse(row, row.used_by),
  }
}

/** What is JSON was written by `replaceRefreshToken`. */
function toUse({ used_scope: scope, used_resources: resources }: RefreshTokenRow, request: string): RefreshTokenUse {
  return {
    scopes: scopesIn(scope),
    // `null`: used before there were resources.
    resources: JSON.parse(resources ?? '[]'),
    request: JSON.parse(request),
  }
}

export function toRefreshTokenRow(hash: string, token: Omit<RefreshToken, 'use'>): RefreshTokenRow {
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
