/** The `clients` table, with the secrets of clients and the web origins of their scripts. */
import { type Client, isPublic } from '../domain/client.ts'
import { type ClientMetadata, clientOf, metadataOf } from '../domain/client-metadata.ts'
import { webOrigins } from '../domain/redirect-uri.ts'
import { atOnce } from './at-once.ts'
import type { Connection } from './connection.ts'
import { lockedForUpdate } from './locked.ts'
import { prepareOnce } from './prepare-once.ts'
import { noteRemoval } from './removals.ts'
import type { ClientRow } from './schema.ts'
import { type Placeholders, placed, statement } from './statement.ts'

export interface ClientsTable {
  /** Without a promise on SQLite. */
  readonly find: (id: string) => Client | undefined | Promise<Client | undefined>
  /** The same; in a transaction, for a change of what was read: nobody else can change the client until the transaction ends. */
  readonly lock: (id: string) => Promise<Client | undefined>
  /** In the order of their ids, after the id `after`. */
  readonly list: (max: number, after?: string) => Promise<readonly Client[]>
  /** A public client has no secret. @throws a conflict (`isConflict`) when the id is taken */
  readonly insert: (client: Client, secretHash: string | undefined, now: number) => Promise<void>
  /** Whether the client exists. A client that becomes public loses its secrets. Does not change whether it is disabled. */
  readonly update: (client: Client, now: number) => Promise<boolean>
  readonly setDisabled: (id: string, isDisabled: boolean, now: number) => Promise<boolean>
  /**
   * Removes the client with everything that users granted to it. The removal is noted, so that tokens of the former client are
   * rejected after another one is registered under the same id.
   */
  readonly remove: (id: string, now: number) => Promise<boolean>
  /** The SHA-256 of the secrets that are valid at `now`: two at most. */
  readonly secretHashes: (id: string, now: number) => readonly string[] | Promise<readonly string[]>
  /**
   * Adds a secret. Whether the client exists. The newest secret until now expires at `graceEndsAt`; older ones are removed.
   */
  readonly rotateSecret: (id: string, hash: string, now: number, graceEndsAt: number) => Promise<boolean>
  /** Whether an enabled client's scripts come from this origin. Without a promise on SQLite. */
  readonly hasOrigin: (origin: string) => boolean | Promise<boolean>
}

const columns = [
  'id',
  'metadata',
  'is_disabled',
  'disabled_at',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof ClientRow)[]

type Id = Placeholders<{ id: string }>

const byId = statement('clients.find', (db, p: Id) => db.selectFrom('clients').select(columns).where('id', '=', p.id))

const lock = statement('clients.lock', (db, p: Id, kind) =>
  lockedForUpdate(kind, db.selectFrom('clients').select(columns).where('id', '=', p.id)),
)

const list = statement('clients.list', (db, p: Placeholders<{ after: string; max: number }>) =>
  db.selectFrom('clients').select(columns).where('id', '>', p.after).orderBy('id').limit(p.max),
)

const insert = statement('clients.insert', (db, p: Placeholders<ClientRow>) =>
  db.insertInto('clients').values(placed(p, columns)),
)

const update = statement('clients.update', (db, p: Placeholders<{ id: string; metadata: string; now: number }>) =>
  db.updateTable('clients').set({ metadata: p.metadata, updated_at: p.now }).where('id', '=', p.id),
)

const setDisabled = statement(
  'clients.setDisabled',
  (db, p: Placeholders<{ id: string; isDisabled: number; disabledAt: number | null; now: number }>) =>
    db
      .updateTable('clients')
      .set({ is_disabled: p.isDisabled, disabled_at: p.disabledAt, updated_at: p.now })
      .where('id', '=', p.id),
)

/** The row of the client is what two rotations at once wait for. */
const touch = statement('clients.touch', (db, p: Placeholders<{ id: string; now: number }>) =>
  db.updateTable('clients').set({ updated_at: p.now }).where('id', '=', p.id),
)

const remove = statement('clients.remove', (db, p: Id) => db.deleteFrom('clients').where('id', '=', p.id))

const removeGrants = statement('clients.removeGrants', (db, p: Id) =>
  db.deleteFrom('grants').where('client_id', '=', p.id),
)

const removeConsents = statement('clients.removeConsents', (db, p: Id) =>
  db.deleteFrom('consents').where('client_id', '=', p.id),
)

const validSecrets = statement('clients.validSecrets', (db, p: Placeholders<{ id: string; now: number }>) =>
  db
    .selectFrom('client_secrets')
    .select('secret_hash')
    .where('client_id', '=', p.id)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', p.now)])),
)

const insertSecret = statement(
  'clients.insertSecret',
  (db, p: Placeholders<{ id: string; hash: string; now: number }>) =>
    db
      .insertInto('client_secrets')
      .values({ client_id: p.id, secret_hash: p.hash, created_at: p.now, expires_at: null }),
)

const removeSecrets = statement('clients.removeSecrets', (db, p: Id) =>
  db.deleteFrom('client_secrets').where('client_id', '=', p.id),
)

const removeExpiringSecrets = statement('clients.removeExpiringSecrets', (db, p: Id) =>
  db.deleteFrom('client_secrets').where('client_id', '=', p.id).where('expires_at', 'is not', null),
)

const expireSecrets = statement('clients.expireSecrets', (db, p: Placeholders<{ id: string; expiresAt: number }>) =>
  db.updateTable('client_secrets').set({ expires_at: p.expiresAt }).where('client_id', '=', p.id),
)

const byOrigin = statement('clients.hasOrigin', (db, p: Placeholders<{ origin: string }>) =>
  db
    .selectFrom('client_origins')
    .innerJoin('clients', 'clients.id', 'client_origins.client_id')
    .select('clients.id')
    .where('client_origins.origin', '=', p.origin)
    .where('clients.is_disabled', '=', 0)
    .limit(1),
)

const insertOrigin = statement('clients.insertOrigin', (db, p: Placeholders<{ id: string; origin: string }>) =>
  db.insertInto('client_origins').values({ client_id: p.id, origin: p.origin }),
)

const removeOrigins = statement('clients.removeOrigins', (db, p: Id) =>
  db.deleteFrom('client_origins').where('client_id', '=', p.id),
)

export function clientsTable({ read, write, transaction }: Connection): ClientsTable {
  // By the text itself, so that it cannot be out of date.
  const parsed = prepareOnce((metadata) => clientOf(parse(metadata), false))

  return {
    find: (id) => atOnce(read(byId, { id }), ([row]) => row && { ...parsed(row.metadata), ...stateOf(row) }),
    lock: async (id) => {
      const [row] = await read(lock, { id })
      return row && fromRow(row)
    },
    // No id is empty.
    list: async (max, after = '') => (await read(list, { max, after })).map(fromRow),
    insert: (client, secretHash, now) =>
      transaction(async (inside) => {
        await inside.write(insert, toRow(client, now))
        await insertOrigins(inside, client)
        if (secretHash !== undefined) await inside.write(insertSecret, { id: client.id, hash: secretHash, now })
      }),
    update: (client, now) =>
      transaction(async (inside) => {
        const { id, metadata } = toRow(client, now)
        if ((await inside.write(update, { id, metadata, now })) === 0) return false
        await inside.write(removeOrigins, { id })
        await insertOrigins(inside, client)
        if (isPublic(client)) await inside.write(removeSecrets, { id })
        return true
      }),
    setDisabled: async (id, isDisabled, now) => {
      const values = { id, isDisabled: Number(isDisabled), disabledAt: isDisabled ? now : null, now }
      return (await write(setDisabled, values)) > 0
    },
    remove: (id, now) =>
      transaction(async (inside) => {
        const existed = (await inside.write(remove, { id })) > 0
        await inside.write(removeGrants, { id })
        await inside.write(removeConsents, { id })
        if (existed) await noteRemoval(inside, 'client', id, now)
        return existed
      }),
    secretHashes: (id, now) => atOnce(read(validSecrets, { id, now }), (rows) => rows.map((row) => row.secret_hash)),
    rotateSecret: (id, hash, now, graceEndsAt) =>
      transaction(async (inside) => {
        if ((await inside.write(touch, { id, now })) === 0) return false
        await inside.write(removeExpiringSecrets, { id })
        await inside.write(expireSecrets, { id, expiresAt: graceEndsAt })
        await inside.write(insertSecret, { id, hash, now })
        return true
      }),
    hasOrigin: (origin) => atOnce(read(byOrigin, { origin }), (rows) => rows.length > 0),
  }
}

async function insertOrigins({ write }: Connection, client: Client): Promise<void> {
  for (const origin of webOrigins(client)) await write(insertOrigin, { id: client.id, origin })
}

function fromRow(row: ClientRow): Client {
  return { ...clientOf(parse(row.metadata), false), ...stateOf(row) }
}

/** What is not in the metadata. */
function stateOf(row: ClientRow): Pick<Client, 'isDisabled' | 'registeredAt'> {
  return { isDisabled: row.is_disabled === 1, registeredAt: row.created_at }
}

/** As toRow wrote it. */
function parse(metadata: string): ClientMetadata {
  return JSON.parse(metadata)
}

function toRow(client: Client, now: number): ClientRow {
  return {
    id: client.id,
    metadata: JSON.stringify(metadataOf(client)),
    is_disabled: Number(client.isDisabled),
    disabled_at: null,
    created_at: now,
    updated_at: now,
  }
}
