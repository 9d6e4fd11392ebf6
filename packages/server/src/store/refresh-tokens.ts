/** The `refresh_tokens` table. A used token stays for as long as it would have lived, and longer, so that a reuse is seen. */
import type { RefreshToken, RefreshTokenUse } from '../domain/refresh-token.ts'
import { scopesIn } from '../domain/scope.ts'
import { batchSize, countRemoved } from './batch.ts'
import type { Connection } from './connection.ts'
import type { RefreshTokenRow } from './schema.ts'

export interface RefreshTokensTable {
  readonly find: (hash: string) => Promise<RefreshToken | undefined>
  readonly insert: (hash: string, token: Omit<RefreshToken, 'use'>) => Promise<void>
  /** Uses the token up. Whether it was unused: one statement, so of parallel uses one succeeds. */
  readonly use: (hash: string, use: RefreshTokenUse) => Promise<boolean>
  /** Forgets a batch of the tokens that ended before `time`: answers how many, and 0 when nothing is left. */
  readonly removeEnded: (time: number) => Promise<number>
}

export function refreshTokensTable({ db, read, write, compiled }: Connection): RefreshTokensTable {
  return {
    find: async (hash) => {
      const byHash = () => db.selectFrom('refresh_tokens').selectAll().where('token_hash', '=', '')
      const [row] = await read(compiled('refresh_tokens.find', byHash), [hash])
      return row && fromRow(row)
    },
    insert: async (hash, token) => {
      const row = toRow(hash, token)
      const insert = () => db.insertInto('refresh_tokens').values(row)
      await write(compiled('refresh_tokens.insert', insert), Object.values(row))
    },
    use: async (hash, { scopes, resources, request }) => {
      const update = () =>
        db
          .updateTable('refresh_tokens')
          .set({ used_at: 0, used_scope: '', used_resources: '', used_by: '' })
          .where('token_hash', '=', '')
          .where('used_at', 'is', null)
      const { happenedAt } = request
      const values = [happenedAt, scopes.join(' '), JSON.stringify(resources), JSON.stringify(request), hash]
      return (await write(compiled('refresh_tokens.use', update), values)) > 0
    },
    removeEnded: async (time) => {
      const ended = db.selectFrom('refresh_tokens').select('token_hash').where('expires_at', '<', time).limit(batchSize)
      return countRemoved(
        await db.deleteFrom('refresh_tokens').where('expires_at', '<', time).where('token_hash', 'in', ended).execute(),
      )
    },
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
    // `null`: it was used before there were resources.
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
