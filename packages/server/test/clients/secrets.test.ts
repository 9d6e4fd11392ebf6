/** The secrets of registered clients: made, rotated and lost, on both databases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addClient } from '../../src/clients/add-client.ts'
import { findClient, findClientSecretHashes } from '../../src/clients/find-client.ts'
import { rotateClientSecret } from '../../src/clients/rotate-client-secret.ts'
import { updateClient } from '../../src/clients/update-client.ts'
import { isPublic } from '../../src/domain/client.ts'
import { machine, problems, start, web, works } from '../support/client-operations.ts'
import { databaseKinds } from '../support/databases.ts'
import { untilBlocked } from '../support/locks.ts'

for (const kind of databaseKinds) {
  test(`${kind}: a client that becomes public loses its secret, and gets one when it becomes confidential`, async (t) => {
    const ctx = await start(t, kind)
    const { secret } = await addClient(ctx, web)
    const made = await updateClient(ctx, 'web', { token_endpoint_auth_method: 'none' })
    assert.equal(made.secret, undefined)
    assert.equal(await works(ctx, 'web', secret), false)
    assert.deepEqual(await problems(rotateClientSecret(ctx, 'web')), ['public_client client_id'])
    const again = await updateClient(ctx, 'web', { token_endpoint_auth_method: null })
    assert.ok(await works(ctx, 'web', again.secret))
  })

  test(`${kind}: a client becomes confidential with its secret, or not at all`, async (t) => {
    const ctx = await start(t, kind)
    await addClient(ctx, { ...web, token_endpoint_auth_method: 'none' })
    const bytes = () => assert.fail('no randomness')
    const update = updateClient({ ...ctx, random: { ...ctx.random, bytes } }, 'web', {
      token_endpoint_auth_method: null,
    })
    await assert.rejects(update, /no randomness/)
    const client = await findClient(ctx, 'web')
    assert.equal(client && isPublic(client), true)
  })

  test(`${kind}: a client that is removed during updateClient gets no secret`, async (t) => {
    const ctx = await start(t, kind)
    await addClient(ctx, { ...web, token_endpoint_auth_method: 'none' })
    const { update } = await ctx.store.transaction(async ({ clients }) => {
      await clients.remove('web', 1_800_000_000)
      const update = problems(updateClient(ctx, 'web', { token_endpoint_auth_method: null }))
      await untilBlocked(ctx.databaseUrl)
      return { update }
    })
    assert.deepEqual(await update, ['unknown_client client_id'])
  })

  test(`${kind}: rotateClientSecret makes a new secret, and the former one works for the grace`, async (t) => {
    const ctx = await start(t, kind)
    const first = await addClient(ctx, machine)
    const second = await rotateClientSecret(ctx, 'machine')
    assert.equal(second.formerSecretExpiresAt, 1_800_000_060)
    assert.ok((await works(ctx, 'machine', first.secret)) && (await works(ctx, 'machine', second.secret)))
    ctx.clock.now += 60
    assert.equal(await works(ctx, 'machine', first.secret), false)
    await rotateClientSecret(ctx, 'machine', 0)
    assert.equal(await works(ctx, 'machine', second.secret), false)
    assert.deepEqual(await problems(rotateClientSecret(ctx, 'nobody')), ['unknown_client client_id'])
    assert.deepEqual(await problems(rotateClientSecret(ctx, 'declared')), ['declared_client client_id'])
  })

  test(`${kind}: rotateClientSecret waits for another change of the client, and gives a public one no secret`, async (t) => {
    const ctx = await start(t, kind)
    const { client } = await addClient(ctx, web)
    const { rotation } = await ctx.store.transaction(async ({ clients }) => {
      await clients.update({ ...client, authMethod: 'none' }, 1_800_000_000)
      const rotation = problems(rotateClientSecret(ctx, 'web'))
      await untilBlocked(ctx.databaseUrl)
      return { rotation }
    })
    assert.deepEqual(await rotation, ['public_client client_id'])
    assert.deepEqual(await findClientSecretHashes(ctx, { id: 'web' }), [])
  })
}
