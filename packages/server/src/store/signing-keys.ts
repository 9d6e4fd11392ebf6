/** The `signing_keys` table: of each algorithm at most one key is next and one active; the others are retired or revoked. */
import type { AsymmetricAlgorithm } from '../domain/algorithm.ts'
import type { Connection } from './connection.ts'
import type { SigningKeyRow } from './schema.ts'
import { type Placeholders, placed, statement } from './statement.ts'

/** Times are in seconds since the epoch. */
export interface StoredKey {
  readonly keyId: string
  readonly algorithm: AsymmetricAlgorithm
  /** JSON of the public JWK. */
  readonly publicJwk: string
  /** The private key in PKCS#8, sealed under SECRET_KEY. Empty when the key is retired or revoked. */
  readonly sealedPrivateKey: string
  readonly createdAt: number
  /** Since when the key signs. `null`: it is the next one. */
  readonly activatedAt: number | null
  readonly retiredAt: number | null
  /** Until when a retired key is published. */
  readonly expiresAt: number | null
  /** Since when the key must not be trusted. */
  readonly revokedAt: number | null
  readonly revocationReason: string | null
}

/** A key that was just made. */
export type NewKey = Omit<StoredKey, 'revokedAt' | 'revocationReason'>

export interface SigningKeysTable {
  /** Oldest first. */
  readonly list: () => Promise<readonly StoredKey[]>
  /** Leaves out a key whose algorithm has a next key, or an active one, already. */
  readonly insertMissing: (keys: readonly NewKey[]) => Promise<void>
  /** Compare-and-swap: whether the key was active until now. Its private key is wiped, so that it never signs again. */
  readonly retire: (keyId: string, now: number, expiresAt: number) => Promise<boolean>
  /** Whether the key was the next one until now. */
  readonly activate: (keyId: string, now: number) => Promise<boolean>
  /** Whether the key exists and was not revoked until now. Its private key is wiped, and it is no longer published. */
  readonly revoke: (keyId: string, reason: string, now: number) => Promise<boolean>
  /** Compare-and-swap: a key that has retired does not get a private key again. */
  readonly replaceSealed: (keyId: string, former: string, sealed: string) => Promise<void>
  /** Removes retired keys whose last token expired before `time`. */
  readonly removeExpired: (time: number) => Promise<void>
}

const newColumns = [
  'key_id',
  'algorithm',
  'public_jwk',
  'sealed_private_key',
  'created_at',
  'activated_at',
  'retired_at',
  'expires_at',
] as const

const columns = [...newColumns, 'revoked_at', 'revocation_reason'] as const

export type NewKeyRow = Pick<SigningKeyRow, (typeof newColumns)[number]>

const list = statement('signing_keys.list', (db, _p: Placeholders<object>) =>
  db.selectFrom('signing_keys').select(columns).orderBy('created_at').orderBy('key_id'),
)

const insertMissing = statement('signing_keys.insertMissing', (db, p: Placeholders<NewKeyRow>) =>
  db
    .insertInto('signing_keys')
    .values(placed(p, newColumns))
    .onConflict((conflict) => conflict.doNothing()),
)

const retire = statement(
  'signing_keys.retire',
  (db, p: Placeholders<{ keyId: string; now: number; expiresAt: number }>) =>
    db
      .updateTable('signing_keys')
      .set({ retired_at: p.now, expires_at: p.expiresAt, sealed_private_key: '' })
      .where('key_id', '=', p.keyId)
      .where('activated_at', 'is not', null)
      .where('retired_at', 'is', null),
)

const activate = statement('signing_keys.activate', (db, p: Placeholders<{ keyId: string; now: number }>) =>
  db
    .updateTable('signing_keys')
    .set({ activated_at: p.now })
    .where('key_id', '=', p.keyId)
    .where('activated_at', 'is', null),
)

/** The unique index takes a key without `activated_at` for the next one. */
const revoke = statement('signing_keys.revoke', (db, p: Placeholders<{ keyId: string; reason: string; now: number }>) =>
  db
    .updateTable('signing_keys')
    .set((set) => ({
      revoked_at: p.now,
      revocation_reason: p.reason,
      sealed_private_key: '',
      activated_at: set.fn.coalesce('activated_at', p.now),
      retired_at: set.fn.coalesce('retired_at', p.now),
      expires_at: p.now,
    }))
    .where('key_id', '=', p.keyId)
    .where('revoked_at', 'is', null),
)

const replaceSealed = statement(
  'signing_keys.replaceSealed',
  (db, p: Placeholders<{ keyId: string; former: string; sealed: string }>) =>
    db
      .updateTable('signing_keys')
      .set({ sealed_private_key: p.sealed })
      .where('key_id', '=', p.keyId)
      .where('sealed_private_key', '=', p.former),
)

const removeExpired = statement('signing_keys.removeExpired', (db, p: Placeholders<{ time: number }>) =>
  db.deleteFrom('signing_keys').where('expires_at', '<=', p.time),
)

export function signingKeysTable({ read, write, transaction }: Connection): SigningKeysTable {
  return {
    list: async () => (await read(list, {})).map(fromRow),
    insertMissing: (keys) =>
      transaction(async (inside) => {
        for (const key of keys) await inside.write(insertMissing, toRow(key))
      }),
    retire: async (keyId, now, expiresAt) => (await write(retire, { keyId, now, expiresAt })) > 0,
    activate: async (keyId, now) => (await write(activate, { keyId, now })) > 0,
    revoke: async (keyId, reason, now) => (await write(revoke, { keyId, reason, now })) > 0,
    replaceSealed: async (keyId, former, sealed) => {
      await write(replaceSealed, { keyId, former, sealed })
    },
    removeExpired: async (time) => {
      await write(removeExpired, { time })
    },
  }
}

function fromRow(row: SigningKeyRow): StoredKey {
  return {
    keyId: row.key_id,
    algorithm: row.algorithm,
    publicJwk: row.public_jwk,
    sealedPrivateKey: row.sealed_private_key,
    createdAt: row.created_at,
    activatedAt: row.activated_at,
    retiredAt: row.retired_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    revocationReason: row.revocation_reason,
  }
}

/** The columns of a new key. */
export function toRow(key: NewKey): NewKeyRow {
  return {
    key_id: key.keyId,
    algorithm: key.algorithm,
    public_jwk: key.publicJwk,
    sealed_private_key: key.sealedPrivateKey,
    created_at: key.createdAt,
    activated_at: key.activatedAt,
    retired_at: key.retiredAt,
    expires_at: key.expiresAt,
  }
}
