/** The `refresh_tokens` table. A used token stays until some time after it has expired, so that reuse is noticed. */
import type { RefreshToken } from '../domain/refresh-token.ts'
import type { Connection } from './connection.ts'
import { readByKey } from './read-by-key.ts'
import { insertRefreshToken, refreshTokenByHash, toRefreshToken, toRefreshTokenRow } from './refresh-token-rows.ts'
import { type Replacement, type ReplacementOutcome, replaceRefreshToken } from './replace-refresh-token.ts'
import { type Placeholders, statement } from './statement.ts'

export interface RefreshTokensTable {
  readonly find: (hash: string) => Promise<RefreshToken | undefined>
  readonly insert: (hash: string, token: Omit<RefreshToken, 'use'>) => Promise<void>
  /** Uses a token and inserts its successor, or changes nothing. Of parallel uses one replaces it. */
  readonly replace: (replacement: Replacement) => Promise<ReplacementOutcome>
  /** Removes at most `max` of the tokens that expired before `time`. Returns how many: 0 when none is left. */
  readonly removeEnded: (time: number, max: number) => Promise<number>
}

const removeEnded = statement('refresh_tokens.removeEnded', (db, p: Placeholders<{ time: number; max: number }>) => {
  const ended = db.selectFrom('refresh_tokens').select('token_hash').where('expires_at', '<', p.time).limit(p.max)
  return db.deleteFrom('refresh_tokens').where('expires_at', '<', p.time).where('token_hash', 'in', ended)
})

export function refreshTokensTable(connection: Connection): RefreshTokensTable {
  const { write } = connection
  const findRow = readByKey(connection, refreshTokenByHash, (row) => row.token_hash)
  return {
    find: async (hash) => {
      const row = await findRow(hash)
      return row && toRefreshToken(row)
    },
    insert: async (hash, token) => {
      await write(insertRefreshToken, toRefreshTokenRow(hash, token))
    },
    replace: (replacement) => replaceRefreshToken(connection, replacement),
    removeEnded: (time, max) => write(removeEnded, { time, max }),
  }
}
