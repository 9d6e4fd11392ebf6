/** The `consents` table: what a user allowed a client permanently. */
import { addConsent, type Consent } from '../domain/consent.ts'
import { scopesIn } from '../domain/scope.ts'
import type { Connection } from './connection.ts'
import { locked } from './locked.ts'
import { type Placeholders, statement } from './statement.ts'

export interface ConsentsTable {
  /** Empty when the user allowed the client nothing. */
  readonly find: (userId: string, clientId: string) => Promise<Consent>
  /** The same; in a transaction, nobody can withdraw it until the transaction ends. */
  readonly lock: (userId: string, clientId: string) => Promise<Consent>
  /** Adds to what is remembered. In a transaction: of two at once, neither is lost. */
  readonly remember: (userId: string, clientId: string, allowed: Consent, now: number) => Promise<void>
  /** For all clients when `clientId` is `undefined`. */
  readonly remove: (userId: string, clientId: string | undefined) => Promise<void>
}

interface Key {
  readonly userId: string
  readonly clientId: string
}

const byKey = statement('consents.find', (db, p: Placeholders<Key>) =>
  db.selectFrom('consents').select('allowed').where('user_id', '=', p.userId).where('client_id', '=', p.clientId),
)

const lock = statement('consents.lock', (db, p: Placeholders<Key>, kind) =>
  locked(
    kind,
    db.selectFrom('consents').select('allowed').where('user_id', '=', p.userId).where('client_id', '=', p.clientId),
  ),
)

/** The row is locked from here on. Returns what it held. */
const insertOrLock = statement('consents.insertOrLock', (db, p: Placeholders<Key & { now: number }>) =>
  db
    .insertInto('consents')
    .values({ user_id: p.userId, client_id: p.clientId, allowed: '{}', given_at: p.now })
    .onConflict((conflict) => conflict.columns(['user_id', 'client_id']).doUpdateSet({ given_at: p.now }))
    .returning('allowed'),
)

const replace = statement('consents.replace', (db, p: Placeholders<Key & { allowed: string }>) =>
  db
    .updateTable('consents')
    .set({ allowed: p.allowed })
    .where('user_id', '=', p.userId)
    .where('client_id', '=', p.clientId),
)

const remove = statement('consents.remove', (db, p: Placeholders<Key>) =>
  db.deleteFrom('consents').where('user_id', '=', p.userId).where('client_id', '=', p.clientId),
)

const removeOfUser = statement('consents.removeOfUser', (db, p: Placeholders<{ userId: string }>) =>
  db.deleteFrom('consents').where('user_id', '=', p.userId),
)

export function consentsTable({ read, write, writeReturning }: Connection): ConsentsTable {
  return {
    find: async (userId, clientId) => consentIn(await read(byKey, { userId, clientId })),
    lock: async (userId, clientId) => consentIn(await read(lock, { userId, clientId })),
    remember: async (userId, clientId, allowed, now) => {
      const former = consentIn(await writeReturning(insertOrLock, { userId, clientId, now }))
      await write(replace, { userId, clientId, allowed: toJson(addConsent(former, allowed)) })
    },
    remove: async (userId, clientId) => {
      if (clientId === undefined) await write(removeOfUser, { userId })
      else await write(remove, { userId, clientId })
    },
  }
}

function consentIn([row]: readonly { readonly allowed: string }[]): Consent {
  // Written below.
  const allowed: Record<string, string> = JSON.parse(row?.allowed ?? '{}')
  return new Map(Object.entries(allowed).map(([resource, scope]) => [resource, scopesIn(scope)]))
}

function toJson(consent: Consent): string {
  return JSON.stringify(Object.fromEntries([...consent].map(([resource, scopes]) => [resource, scopes.join(' ')])))
}
