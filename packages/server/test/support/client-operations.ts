/** What the tests of the operations on clients begin with, and how they read the problems. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { ClientError } from '../../src/clients/client-error.ts'
import { matchesClientSecret } from '../../src/clients/client-secret.ts'
import { findClientSecretHashes } from '../../src/clients/find-client.ts'
import type { ClientContext } from '../../src/clients/registered-client.ts'
import { resolveClients } from '../../src/config/resolve-options.ts'
import { systemRandom } from '../../src/environment.ts'
import type { Store } from '../../src/store/open.ts'
import { clientSecret } from './clients.ts'
import { type DatabaseKind, freshStoreAndUrl } from './databases.ts'

export const web = { client_id: 'web', redirect_uris: ['https://app.example.com/cb'] }
export const origin = 'https://app.example.com/'
export const machine = { client_id: 'machine', grant_types: ['client_credentials'] }

export interface Started extends ClientContext {
  readonly store: Store
  readonly clock: { now: number }
  readonly databaseUrl: string
}

export async function start(t: TestContext, kind: DatabaseKind): Promise<Started> {
  const clock = { now: 1_800_000_000.5 }
  const declared = { ...web, client_id: 'declared', client_secret: clientSecret }
  const { store, url: databaseUrl } = await freshStoreAndUrl(t, kind)
  return {
    store,
    databaseUrl,
    config: resolveClients({ clients: [declared], clientSecretGrace: 60 }),
    now: () => clock.now,
    random: systemRandom,
    clock,
  }
}

export async function works(ctx: ClientContext, id: string, secret: string | undefined): Promise<boolean> {
  return secret !== undefined && matchesClientSecret(secret, await findClientSecretHashes(ctx, { id }))
}

export function problems(operation: Promise<unknown>): Promise<readonly string[]> {
  return operation.then(
    () => [],
    (error) => {
      assert.ok(error instanceof ClientError, String(error))
      return error.problems.map(({ code, field }) => `${code} ${field}`)
    },
  )
}
