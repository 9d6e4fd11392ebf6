/** The operations on clients that the command line and the programming interface share: on both databases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addClient } from '../../src/clients/add-client.ts'
import { disableClient, enableClient, removeClient } from '../../src/clients/disable-client.ts'
import { findClient } from '../../src/clients/find-client.ts'
import { listClients } from '../../src/clients/list-clients.ts'
import { rotateClientSecret } from '../../src/clients/rotate-client-secret.ts'
import { updateClient } from '../../src/clients/update-client.ts'
import { machine, origin, problems, start, web, works } from '../support/client-operations.ts'
import { databaseKinds } from '../support/databases.ts'
import { untilBlocked } from '../support/locks.ts'

for (const kind of databaseKinds) {
  test(`${kind}: addClient registers a client, and returns its secret once`, async (t) => {
    const ctx = await start(t, kind)
    const { client, secret } = await addClient(ctx, machine)
    assert.ok(await works(ctx, 'machine', secret))
    assert.deepEqual(await findClient(ctx, 'machine'), { ...client, registeredAt: 1_800_000_000 })

    const added = await addClient(ctx, { redirect_uris: web.redirect_uris, token_endpoint_auth_method: 'none' })
    assert.match(added.client.id, /^[0-9a-f-]{36}$/)
    assert.equal(added.secret, undefined)
  })

  test(`${kind}: addClient rejects what is wrong, with a code and the field of each problem`, async (t) => {
    const ctx = await start(t, kind)
    await addClient(ctx, machine)
    assert.deepEqual(await problems(addClient(ctx, machine)), ['client_exists client_id'])
    assert.deepEqual(await problems(addClient(ctx, { ...web, client_id: 'declared' })), ['declared_client client_id'])
    assert.deepEqual(await problems(addClient(ctx, { ...web, redirect_uris: ['/cb'], scope: 'x' })), [
      'invalid_redirect_uri redirect_uris[0]',
      'invalid_client_metadata scope',
    ])
    assert.deepEqual(await problems(addClient(ctx, { ...web, x: 1 })), ['invalid_client_metadata x'])
    assert.deepEqual(await problems(addClient(ctx, { ...web, x: 1 }, { unknownMembers: 'ignored' })), [])
  })

  test(`${kind}: updateClient changes what is named, removes what is null, and keeps the rest`, async (t) => {
    const ctx = await start(t, kind)
    const { secret } = await addClient(ctx, {
      ...web,
      client_name: 'Web',
      logo_uri: 'https://app.example.com/logo.svg',
    })
    await disableClient(ctx, 'web')
    const updated = await updateClient(ctx, 'web', { client_name: 'App', logo_uri: null })
    assert.equal(updated.secret, undefined)
    const found = await findClient(ctx, 'web')
    assert.equal(found?.name, 'App')
    assert.equal(found.logoUri, undefined)
    assert.deepEqual(found.redirectUris, web.redirect_uris)
    assert.equal(found.isDisabled, true)
    assert.ok(await works(ctx, 'web', secret))

    assert.deepEqual(await problems(updateClient(ctx, 'web', { client_id: 'other' })), [
      'invalid_client_metadata client_id',
    ])
    assert.deepEqual(await problems(updateClient(ctx, 'web', { redirect_uris: null })), [
      'invalid_redirect_uri redirect_uris',
    ])
    assert.deepEqual(await problems(updateClient(ctx, 'nobody', {})), ['unknown_client client_id'])
    assert.deepEqual(await problems(updateClient(ctx, 'declared', {})), ['declared_client client_id'])
  })

  test(`${kind}: RFC 7591 §2 what a client sends changes nothing that an operator set`, async (t) => {
    const ctx = await start(t, kind)
    const sent = { unknownMembers: 'ignored' } as const
    const privileged = { ...web, first_party: true, require_pkce: false, resource_server: true }
    await addClient(ctx, { ...privileged, grant_types: ['authorization_code', 'password'] })
    const changes = { client_name: 'App', first_party: null, require_pkce: true, resource_server: false, x: null }
    const { client } = await updateClient(ctx, 'web', changes, sent)
    assert.deepEqual(
      [client.name, client.isFirstParty, client.requirePkce, client.isResourceServer],
      ['App', true, false, true],
    )
    await updateClient(ctx, 'web', { grant_types: ['authorization_code', 'password', 'client_credentials'] }, sent)
    await addClient(ctx, { client_id: 'api', resource_server: true })
    assert.equal((await updateClient(ctx, 'api', { client_name: 'API' }, sent)).client.isResourceServer, true)
  })

  test(`${kind}: RFC 7591 §3.2.1 a client that registers itself gets its id from the server, and no password grant`, async (t) => {
    const ctx = await start(t, kind)
    const sent = { unknownMembers: 'ignored' } as const
    const { client } = await addClient(ctx, { ...web, client_id: 'declared', first_party: true }, sent)
    assert.match(client.id, /^[0-9a-f-]{36}$/)
    const withPassword = { ...web, grant_types: ['authorization_code', 'password'] }
    assert.deepEqual(await problems(addClient(ctx, withPassword, sent)), ['invalid_client_metadata grant_types'])
    assert.deepEqual(await problems(updateClient(ctx, client.id, { grant_types: withPassword.grant_types }, sent)), [
      'invalid_client_metadata grant_types',
    ])
  })

  test(`${kind}: changes that are no object, or name an unknown member, are a problem`, async (t) => {
    const ctx = await start(t, kind)
    await addClient(ctx, web)
    for (const changes of [null, undefined, 5, 'x', [], [null], () => 1]) {
      // What a program without types may give.
      const update = updateClient(ctx, 'web', changes as never)
      assert.deepEqual(await problems(update), ['invalid_client_metadata changes'], String(changes))
      assert.deepEqual(await problems(addClient(ctx, changes as never)), ['invalid_client_metadata metadata'])
    }
    assert.deepEqual(await problems(updateClient(ctx, 'web', { client_nam: null })), [
      'invalid_client_metadata client_nam',
    ])
  })

  test(`${kind}: updateClient waits for another change of the client, and keeps it`, async (t) => {
    const ctx = await start(t, kind)
    const { client } = await addClient(ctx, web)
    const { update } = await ctx.store.transaction(async ({ clients }) => {
      await clients.update({ ...client, name: 'App' }, 1_800_000_000)
      const update = updateClient(ctx, 'web', { logo_uri: `${origin}logo.svg` })
      await untilBlocked(ctx.databaseUrl)
      return { update }
    })
    await update
    await Promise.all(['tos_uri', 'policy_uri'].map((name) => updateClient(ctx, 'web', { [name]: origin })))
    const { name, logoUri, tosUri, policyUri } = (await findClient(ctx, 'web')) ?? assert.fail('web is missing')
    assert.deepEqual([name, logoUri, tosUri, policyUri], ['App', `${origin}logo.svg`, origin, origin])
  })

  test(`${kind}: disableClient, enableClient and removeClient change a registered client only`, async (t) => {
    const ctx = await start(t, kind)
    await addClient(ctx, machine)
    await disableClient(ctx, 'machine')
    assert.equal((await findClient(ctx, 'machine'))?.isDisabled, true)
    await enableClient(ctx, 'machine')
    assert.equal((await findClient(ctx, 'machine'))?.isDisabled, false)
    await removeClient(ctx, 'machine')
    assert.equal(await findClient(ctx, 'machine'), undefined)
    for (const operation of [disableClient, enableClient, removeClient]) {
      assert.deepEqual(await problems(operation(ctx, 'machine')), ['unknown_client client_id'], operation.name)
      assert.deepEqual(await problems(operation(ctx, 'declared')), ['declared_client client_id'], operation.name)
    }
  })

  test(`${kind}: listClients has the declared clients first, and each registered one on one page`, async (t) => {
    const ctx = await start(t, kind)
    for (const id of ['d', 'a', 'c', 'b', 'x']) await addClient(ctx, { ...machine, client_id: id })
    const pages: string[][] = []
    let after: string | undefined
    do {
      const page = await listClients(ctx, { limit: 2, after })
      pages.push(page.clients.map(({ client, source }) => `${client.id} ${source}`))
      after = page.next
    } while (after !== undefined)
    assert.deepEqual(pages, [
      ['declared declared', 'a registered', 'b registered'],
      ['c registered', 'd registered'],
      ['x registered'],
    ])
  })

  test(`${kind}: a declared client hides a registered one with the same id`, async (t) => {
    const ctx = await start(t, kind)
    await addClient({ ...ctx, config: { ...ctx.config, clients: new Map() } }, { ...machine, client_id: 'declared' })
    const { clients } = await listClients(ctx)
    assert.deepEqual(
      clients.map(({ client, source }) => [client.id, source, client.grantTypes.join()]),
      [['declared', 'declared', 'authorization_code']],
    )
  })
}

/** What a program without types may give as an id. */
const wrongIds: readonly unknown[] = [null, undefined, 5, {}, [], Symbol('x'), 'a\0b', 'x'.repeat(1_000_000)]

for (const kind of databaseKinds) {
  test(`${kind}: an invalid id is a problem of every operation`, async (t) => {
    const ctx = await start(t, kind)
    for (const wrong of wrongIds) {
      const id = wrong as string
      const operations = [
        () => updateClient(ctx, id, {}),
        () => disableClient(ctx, id),
        () => enableClient(ctx, id),
        () => removeClient(ctx, id),
        () => rotateClientSecret(ctx, id),
      ]
      for (const operation of operations) {
        assert.deepEqual(await problems(operation()), ['invalid_client_metadata client_id'])
      }
    }
    assert.deepEqual(await problems(disableClient(ctx, '\ud800')), ['unknown_client client_id'])
  })

  test(`${kind}: a page has 1 to 500 entries and begins after a text, and a grace is a number of seconds`, async (t) => {
    const ctx = await start(t, kind)
    await addClient(ctx, machine)
    for (const limit of [0, -1, 501, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', null]) {
      // What a program without types may give.
      const page = listClients(ctx, { limit: limit as number })
      assert.deepEqual(await problems(page), ['invalid_client_metadata limit'], String(limit))
    }
    for (const after of [5, null, {}, 'a\0']) {
      const page = listClients(ctx, { after: after as string })
      assert.deepEqual(await problems(page), ['invalid_client_metadata after'], String(after))
    }
    assert.deepEqual(await problems(listClients(ctx, null as never)), ['invalid_client_metadata paging'])
    for (const grace of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e18, '5', null]) {
      const rotation = rotateClientSecret(ctx, 'machine', grace as number)
      assert.deepEqual(await problems(rotation), ['invalid_client_metadata grace'], String(grace))
    }
    assert.equal((await rotateClientSecret(ctx, 'machine', 1.5)).formerSecretExpiresAt, 1_800_000_001)
  })
}
