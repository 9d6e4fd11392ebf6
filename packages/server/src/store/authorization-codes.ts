/** The `authorization_codes` table. A used code stays with its grant, so that a replay is seen. */
import type { RequestFacts } from '../domain/incident.ts'
import type { Connection } from './connection.ts'
import type { AuthorizationCodeRow } from './schema.ts'

/** The request that used a code up. */
export interface CodeUse extends RequestFacts {
  /** Set when it failed a check: then it was given nothing. */
  readonly hasFailed?: true
}

export interface StoredCode {
  readonly grantId: string
  /** `null` when the authorization request had none. */
  readonly redirectUri: string | null
  readonly nonce: string | null
  /** The S256 challenge. `null` when the authorization request had none. */
  readonly codeChallenge: string | null
  readonly expiresAt: number
  /** When the grant ends once the code was exchanged. */
  readonly grantEndsAt: number
  readonly consumedBy: CodeUse | null
}

export interface AuthorizationCodesTable {
  readonly find: (hash: string) => Promise<StoredCode | undefined>
  readonly insert: (hash: string, code: Omit<StoredCode, 'consumedBy'>) => Promise<void>
  /** Uses the code up. Whether it was unused: one statement, so of parallel uses one succeeds. */
  readonly consume: (hash: string, by: CodeUse) => Promise<boolean>
}

export function authorizationCodesTable({ db, read, write, compiled }: Connection): AuthorizationCodesTable {
  return {
    find: async (hash) => {
      const byHash = () => db.selectFrom('authorization_codes').selectAll().where('code_hash', '=', '')
      const [row] = await read(compiled('authorization_codes.find', byHash), [hash])
      return (
        row && {
          grantId: row.grant_id,
          redirectUri: row.redirect_uri,
          nonce: row.nonce,
          codeChallenge: row.code_challenge,
          expiresAt: row.expires_at,
          grantEndsAt: row.grant_ends_at,
          // Written below as JSON of CodeUse.
          consumedBy: row.consumed_by === null ? null : JSON.parse(row.consumed_by),
        }
      )
    },
    insert: async (hash, code) => {
      const row: AuthorizationCodeRow = {
        code_hash: hash,
        grant_id: code.grantId,
        redirect_uri: code.redirectUri,
        nonce: code.nonce,
        code_challenge: code.codeChallenge,
        expires_at: code.expiresAt,
        grant_ends_at: code.grantEndsAt,
        consumed_at: null,
        consumed_by: null,
      }
      const insert = () => db.insertInto('authorization_codes').values(row)
      await write(compiled('authorization_codes.insert', insert), Object.values(row))
    },
    consume: async (hash, by) => {
      const update = () =>
        db
          .updateTable('authorization_codes')
          .set({ consumed_at: 0, consumed_by: '' })
          .where('code_hash', '=', '')
          .where('consumed_at', 'is', null)
      const values = [by.happenedAt, JSON.stringify(by), hash]
      return (await write(compiled('authorization_codes.consume', update), values)) > 0
    },
  }
}
