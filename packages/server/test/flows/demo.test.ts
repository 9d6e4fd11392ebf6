/** The demo app of `countersign dev`: served only there, with a client of its own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startServer } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'

const paths = ['/demo', '/demo/demo.js', '/demo/demo.css']

test('with the demo the app is served, with a policy that allows only its own script', async (t) => {
  const { get } = await startTutorialServer(t)
  for (const path of paths) assert.equal((await get(path)).status, 200, path)
  const page = await get('/demo')
  assert.match(
    page.headers.get('content-security-policy') ?? '',
    /default-src 'none'; script-src 'self'; style-src 'self'/,
  )
  assert.doesNotMatch(await page.text(), /<script>|<style>|\son\w+=|\sstyle=/)
})

test('its client is public, not first-party, and gets codes only at the page', async (t) => {
  const { server } = await startTutorialServer(t, { issuer: 'https://login.example.com/tenant/' })
  const client = server.context.config.clients.get('demo')?.client
  assert.equal(client?.authMethod, 'none')
  assert.equal(client?.isFirstParty, false)
  assert.deepEqual(client?.redirectUris, ['https://login.example.com/tenant/demo'])
})

test('without demo there is no such page and no such client', async (t) => {
  const { server, get } = await startServer(t)
  for (const path of paths) assert.equal((await get(path)).status, 404, path)
  assert.equal(server.context.config.clients.has('demo'), false)
})

test("the deployment's own client with the id demo stays", async (t) => {
  const own = {
    client_id: 'demo',
    client_name: 'Ours',
    token_endpoint_auth_method: 'none',
    redirect_uris: ['https://a.example/'],
  } as const
  const { server } = await startTutorialServer(t, { clients: [own] })
  assert.equal(server.context.config.clients.get('demo')?.client.name, 'Ours')
})
