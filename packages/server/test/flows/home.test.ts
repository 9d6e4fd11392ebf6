/** The page at `/`: in the deployment's brand and the user's language, without a cookie. Under the demo: links, code and the clients. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '../../src/pages/text.ts'
import { clientSecret, givenClient } from '../support/clients.ts'
import { startServer } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'

const policy =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

for (const language of ['en', 'ru', 'ja'] as const) {
  test(`${language}: the page has the name of the brand, and asks nothing`, async (t) => {
    const { get } = await startServer(t, { brand: { name: 'Acme <Login>' } })
    const response = await get('/', { 'accept-language': language })
    const body = await response.text()
    assert.equal(response.status, 200)
    assert.match(body, new RegExp(`<html lang="${language}">`))
    assert.ok(body.includes(textOf(language).home.title))
    assert.ok(body.includes('Acme &lt;Login&gt;'))
    assert.doesNotMatch(body, /<form|<script|<input/)
    assert.equal(response.headers.get('content-security-policy'), policy)
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.deepEqual(response.headers.getSetCookie(), [])
  })
}

test('the language that a user chose on a page is the language of this page too', async (t) => {
  const { get } = await startServer(t)
  const response = await get('/', { cookie: 'countersign-language=ru', 'accept-language': 'ja' })
  assert.match(await response.text(), /<html lang="ru">/)
})

test('the logo may come from another origin', async (t) => {
  const { get } = await startServer(t, { brand: { logoUri: 'https://static.example.com/acme.svg' } })
  const response = await get('/')
  assert.match(await response.text(), /<img src="https:\/\/static\.example\.com\/acme\.svg"/)
  assert.match(
    response.headers.get('content-security-policy') ?? '',
    /img-src 'self' data: https:\/\/static\.example\.com;/,
  )
})

for (const [name, start] of [
  ['production', startServer],
  ['the demo', startTutorialServer],
] as const) {
  test(`${name}: HEAD gets the same headers without the page; another method is 405 and names both`, async (t) => {
    const { server, get } = await start(t)
    const ask = (method: string) => server.fetch(new Request('http://127.0.0.1:8000/', { method }))
    const head = await ask('HEAD')
    assert.equal(head.status, 200)
    assert.equal(await head.text(), '')
    assert.equal(head.headers.get('content-type'), (await get('/')).headers.get('content-type'))
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const response = await ask(method)
      assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET, HEAD'], method)
    }
  })
}

test('the page of the demo links to what is served, and each link leads to a page', async (t) => {
  const { get } = await startTutorialServer(t)
  const response = await get('/')
  assert.equal(response.headers.get('content-security-policy'), policy)
  const addresses = [...(await response.text()).matchAll(/ href="(\/[^"]*)"/g)].map(([, address = '']) => address)
  for (const path of ['/demo', '/docs', '/_trace', '/errors', '/.well-known/openid-configuration', '/pages/home.css']) {
    assert.ok(addresses.includes(path), path)
  }
  for (const address of addresses) assert.equal((await get(address)).status, 200, address)
})

test('the page lists the clients of the configuration and of the database, without their secrets', async (t) => {
  const secret = 'a secret of the shop, which nobody may read'
  const shop = {
    client_id: 'shop',
    client_name: 'The <Shop>',
    client_secret: secret,
    redirect_uris: ['https://shop.example/callback'],
  }
  const started = await startTutorialServer(t, { clients: [shop] })
  const { context } = started.server
  await givenClient(started, { id: 'billing' })
  const page = await (await started.get('/')).text()
  assert.match(page, /<code>shop<\/code>[\s\S]*The &lt;Shop&gt;[\s\S]*https:\/\/shop\.example\/callback/)
  for (const id of ['demo', 'billing']) assert.ok(page.includes(`<code>${id}</code>`))
  const hashes = [
    ...(context.config.clients.get('shop')?.secretHashes ?? []),
    ...(await context.store.clients.secretHashes('billing', started.clock.now)),
  ]
  assert.equal(hashes.length, 2)
  const { secretKey, databaseUrl } = context.config
  for (const hidden of [secret, clientSecret, ...hashes, secretKey, databaseUrl]) assert.ok(!page.includes(hidden))
})

test('the page shows the first clients, and the command that lists all', async (t) => {
  const started = await startTutorialServer(t)
  for (let count = 0; count < 21; count++)
    await givenClient(started, { id: `client-${String(count).padStart(2, '0')}` })
  const page = await (await started.get('/')).text()
  assert.ok(page.includes('<code>client-19</code>'))
  assert.ok(!page.includes('<code>client-20</code>'))
  assert.match(page, /clients list/)
})

test('the code names the issuer, and nothing that the deployment does not support', async (t) => {
  const issuer = 'https://login.example.com/tenant'
  const { get } = await startTutorialServer(t, { issuer })
  const page = await (await get('/tenant/')).text()
  assert.match(page, /createGuard\(\{\s+issuer: &#39;https:\/\/login\.example\.com\/tenant&#39;,\s+audience: /)
  assert.match(page, /curl -d &#39;username=tim/)
  const withoutPassword = await startTutorialServer(t, { passwordGrant: 'off' })
  assert.doesNotMatch(await (await withoutPassword.get('/')).text(), /curl -d/)
  const withoutAudience = await startTutorialServer(t, { algorithm: 'HS256' })
  assert.doesNotMatch(await (await withoutAudience.get('/')).text(), /createGuard/)
})

test('without the demo the page has links to its languages alone, and its style is not served', async (t) => {
  const { get } = await startServer(t)
  const links = [...(await (await get('/')).text()).matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, address]) => address)
  assert.deepEqual(links, ['?ui_locales=en', '?ui_locales=ru', '?ui_locales=ja'])
  assert.equal((await get('/pages/home.css')).status, 404)
})

test('the commands on the page of the demo work where it was started', async (t) => {
  const server = await startTutorialServer(t)
  for (let index = 0; index < 21; index++) {
    await givenClient(server, { id: `app-${index}`, authMethod: 'none' })
  }
  const body = await (await server.get('/')).text()
  assert.match(body, /<code>npm run -s countersign -- clients add shop --public /)
  assert.match(body, /<code>npm run -s countersign -- clients list<\/code>/)
  assert.doesNotMatch(body, /npx countersign/)
})
