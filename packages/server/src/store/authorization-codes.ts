/** The `authorization_codes` table. A used code stays with its grant, so that reuse is noticed. */
import type { RequestFacts } from '../domain/incident.ts'
import type { Connection } from './connection.ts'
import type { AuthorizationCodeRow } from './schema.ts'
import { type Placeholders, placed, statement } from './statement.ts'

/** The request that consumed a code. */
export interface CodeUse extends RequestFacts {
  /** Set when it failed a check: then it got no tokens. */
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
  /** When the grant expires once the code is exchanged. */
  readonly grantEndsAt: number
  readonly consumedBy: CodeUse | null
}

export interface AuthorizationCodesTable {
  readonly find: (hash: string) => Promise<StoredCode | undefined>
  readonly insert: (hash: string, code: Omit<StoredCode, 'consumedBy'>) => Promise<void>
  /** Whether the code was unused until now. One statement: of parallel uses one succeeds. */
  readonly consume: (hash: string, by: CodeUse) => Promise<boolean>
}

const columns = [
  'code_hash',
  'grant_id',
  'redirect_uri',
  'nonce',
  'code_challenge',
  'expires_at',
  'grant_ends_at',
  'consumed_at',
  'consumed_by',
] as const satisfies readonly (keyof AuthorizationCodeRow)[]

const byHash = statement('authorization_codes.find', (db, p: Placeholders<{ hash: string }>) =>
  db.selectFrom('authorization_codes').select(columns).where('code_hash', '=', p.hash),
)

const insert = statement('authorization_codes.insert', (db, p: Placeholders<AuthorizationCodeRow>) =>
  db.insertInto('authorization_codes').values(placed(p, columns)),
)

const consume = statement(
  'authorization_codes.consume',
  (db, p: Placeholders<{ hash: string; consumedAt: number; consumedBy: string }>) =>
    db
      .updateTable('authorization_codes')
      .set({ consumed_at: p.consumedAt, consumed_by: p.consumedBy })
      .where('code_hash', '=', p.hash)
      .where('consumed_at', 'is', null),
)

export function authorizationCodesTable({ read, write }: Connection): AuthorizationCodesTable {
  return {
    find: async (hash) => {
      const [row] = await read(byHash, { hash })
      return row && fromRow(row)
    },
    insert: async (hash, code) => {
      await write(insert, toRow(hash, code))
    },
    consume: async (hash, by) =>
      (await write(consume, { hash, consumedAt: by.happenedAt, consumedBy: JSON.stringify(by) })) > 0,
  }
}

function fromRow(row: AuthorizationCodeRow): StoredCode {
  return {
    grantId: row.grant_id,
    redirectUri: row.redirect_uri,
    nonce: row.nonce,
    codeChallenge: row.code_challenge,
    expiresAt: row.expires_at,
    grantEndsAt: row.grant_ends_at,
    // Written above as JSON of CodeUse.
    consumedBy: row.consumed_by === null ? null : JSON.parse(row.consumed_by),
  }
}

function toRow(hash: string, code: Omit<StoredCode, 'consumedBy'>): AuthorizationCodeRow {
  return {
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
}
