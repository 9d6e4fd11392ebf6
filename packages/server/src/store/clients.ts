/** The `clients` table, with the secrets of clients and the web origins of their scripts. */
import type { Kysely } from 'kysely'
import { type Client, isPublic } from '../domain/client.ts'
import { type ClientMetadata, clientOf, metadataOf } from '../domain/client-metadata.ts'
import { webOrigins } from '../domain/redirect-uri.ts'
import { atOnce } from './at-once.ts'
import { atomically } from './atomically.ts'
import type { Connection } from './connection.ts'
import { prepareOnce } from './prepare-once.ts'
import { noteRemoval } from './removals.ts'
import type { ClientRow, Schema } from './schema.ts'

export interface ClientsTable {
  /** Without a promise where the database answers at once. */
  readonly find: (id: string) => Client | undefined | Promise<Client | undefined>
  /** In the order of their ids, after the id `after`. */
  readonly list: (limit: number, after?: string) => Promise<readonly Client[]>
  /** A client that is public has no secret. @throws a conflict (`isConflict`) when the id is taken */
  readonly insert: (client: Client, secretHash: string | undefined, now: number) => Promise<void>
  /** Whether the client exists. One that becomes public loses its secrets; whether it is disabled stays. */
  readonly update: (client: Client, now: number) => Promise<boolean>
  readonly setDisabled: (id: string, isDisabled: boolean, now: number) => Promise<boolean>
  /**
   * With all that users granted to it: a client that is registered under the same id later begins anew. That it was there is
   * noted, for those who hold a token of its.
   */
  readonly remove: (id: string, now: number) => Promise<boolean>
  /** The SHA-256 of the secrets that are valid at `now`: two at most. */
  readonly secretHashes: (id: string, now: number) => readonly string[] | Promise<readonly string[]>
  /**
   * Whether the client exists, and has the secret from now on. The one before it ends at `graceEndsAt`, those before that
   * end now.
   */
  readonly rotateSecret: (id: string, hash: string, now: number, graceEndsAt: number) => Promise<boolean>
  /** Whether an enabled client's scripts come from this origin. */
  readonly hasOrigin: (origin: string) => boolean | Promise<boolean>
}

export function clientsTable({ db, read }: Connection): ClientsTable {
  const byId = db.selectFrom('clients').selectAll().where('id', '=', '').compile()
  const validSecrets = db
    .selectFrom('client_secrets')
    .select('secret_hash')
    .where('client_id', '=', '')
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', 0)]))
    .compile()
  const byOrigin = db
    .selectFrom('client_origins')
    .innerJoin('clients', 'clients.id', 'client_origins.client_id')
    .select('clients.id')
    .where('client_origins.origin', '=', '')
    .where('clients.is_disabled', '=', 0)
    .limit(1)
    .compile()

  // By the text itself, so it can't be out of date.
  const parsed = prepareOnce((metadata) => clientOf(parse(metadata), false))

  return {
    find: (id) => atOnce(read(byId, [id]), ([row]) => row && { ...parsed(row.metadata), ...stateOf(row) }),
    list: async (limit, after) => {
      const query = db.selectFrom('clients').selectAll().orderBy('id').limit(limit)
      return (await (after === undefined ? query : query.where('id', '>', after)).execute()).map(fromRow)
    },
    insert: (client, secretHash, now) =>
      atomically(db, async (inside) => {
        await inside.insertInto('clients').values(toRow(client, now)).execute()
        await insertOrigins(inside, client)
        if (secretHash !== undefined) await insertSecret(inside, client.id, secretHash, now)
      }),
    update: (client, now) =>
      atomically(db, async (inside) => {
        const { metadata } = toRow(client, now)
        const query = inside.updateTable('clients').set({ metadata, updated_at: now }).where('id', '=', client.id)
        if (!hasChanged(await query.execute())) return false
        await inside.deleteFrom('client_origins').where('client_id', '=', client.id).execute()
        await insertOrigins(inside, client)
        if (isPublic(client)) await inside.deleteFrom('client_secrets').where('client_id', '=', client.id).execute()
        return true
      }),
    setDisabled: async (id, isDisabled, now) => {
      const change = { is_disabled: Number(isDisabled), disabled_at: isDisabled ? now : null, updated_at: now }
      return hasChanged(await db.updateTable('clients').set(change).where('id', '=', id).execute())
    },
    remove: (id, now) =>
      atomically(db, async (inside) => {
        const [result] = await inside.deleteFrom('clients').where('id', '=', id).execute()
        await inside.deleteFrom('grants').where('client_id', '=', id).execute()
        await inside.deleteFrom('consents').where('client_id', '=', id).execute()
        const wasThere = (result?.numDeletedRows ?? 0n) > 0n
        if (wasThere) await noteRemoval(inside, 'client', id, now)
        return wasThere
      }),
    secretHashes: (id, now) => atOnce(read(validSecrets, [id, now]), (rows) => rows.map((row) => row.secret_hash)),
    rotateSecret: (id, hash, now, graceEndsAt) =>
      atomically(db, async (inside) => {
        // The row of the client is what two rotations at once wait for.
        const locked = await inside.updateTable('clients').set({ updated_at: now }).where('id', '=', id).execute()
        if (!hasChanged(locked)) return false
        await inside
          .deleteFrom('client_secrets')
          .where('client_id', '=', id)
          .where('expires_at', 'is not', null)
          .execute()
        await inside
          .updateTable('client_secrets')
          .set({ expires_at: graceEndsAt })
          .where('client_id', '=', id)
          .execute()
        await insertSecret(inside, id, hash, now)
        return true
      }),
    hasOrigin: (origin) => atOnce(read(byOrigin, [origin, 0, 1]), (rows) => rows.length > 0),
  }
}

async function insertOrigins(db: Kysely<Schema>, client: Client): Promise<void> {
  const rows = webOrigins(client).map((origin) => ({ client_id: client.id, origin }))
  if (rows.length > 0) await db.insertInto('client_origins').values(rows).execute()
}

async function insertSecret(db: Kysely<Schema>, id: string, hash: string, now: number): Promise<void> {
  await db
    .insertInto('client_secrets')
    .values({ client_id: id, secret_hash: hash, created_at: now, expires_at: null })
    .execute()
}

function hasChanged(results: readonly { numUpdatedRows: bigint }[]): boolean {
  return results.some((result) => result.numUpdatedRows > 0n)
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
