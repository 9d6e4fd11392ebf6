/** The work for a rejection does not reveal whether a client exists, or where it is stored: B4 of the security cases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createApp } from '../../src/http/app.ts'
import { routesOf } from '../../src/routes.ts'
import type { ClientsTable } from '../../src/store/clients.ts'
import { clientSecret, givenClient } from '../support/clients.ts'
import { databaseKinds } from '../support/databases.ts'
import { startServer } from '../support/server.ts'

const machine = { grant_type: 'client_credentials' }
const machineGrants = { grantTypes: ['client_credentials'] }

for (const database of databaseKinds) {
  test(`B4 ${database}: a rejection costs the same look-ups for a declared, a registered and an unknown client`, async (t) => {
    const server = await startServer(t, {
      database,
      clients: [
        { client_id: 'declared', grant_types: ['client_credentials'], client_secret: clientSecret },
        { client_id: 'open', token_endpoint_auth_method: 'none', redirect_uris: ['https://app.example.com/cb'] },
      ],
    })
    await givenClient(server, { id: 'app', ...machineGrants })
    await givenClient(server, { id: 'off', ...machineGrants, isDisabled: true })
    const { context } = server.server
    const lookUps = async (id: string, secret?: string) => {
      const calls: string[] = []
      const { clients } = context.store
      const counted: ClientsTable = {
        ...clients,
        find: (name) => {
          calls.push(`find ${name === id}`)
          return clients.find(name)
        },
        secretHashes: (name, now) => {
          calls.push(`secretHashes ${name === id}`)
          return clients.secretHashes(name, now)
        },
      }
      const body = new URLSearchParams({
        ...machine,
        client_id: id,
        ...(secret !== undefined && { client_secret: secret }),
      })
      const app = createApp({ ...context, store: { ...context.store, clients: counted } }, routesOf(context.config))
      const header = (name: string) => ({ 'content-type': 'application/x-www-form-urlencoded' })[name]
      const readBody = async () => body.toString()
      const reply = await app.handle({ method: 'POST', target: '/token', header, peer: '', readBody })
      return [JSON.parse(String(reply.body)).error, ...calls]
    }
    const rejected = await lookUps('nobody', 'wrong')
    assert.deepEqual(rejected, ['invalid_client', 'find true', 'secretHashes true'])
    for (const id of ['declared', 'app', 'off', 'open']) {
      assert.deepEqual(await lookUps(id, 'wrong'), rejected, id)
    }
    for (const id of ['declared', 'app', 'nobody']) assert.deepEqual(await lookUps(id), rejected, id)
    assert.deepEqual(await lookUps('open'), ['unauthorized_client'])
  })
}
