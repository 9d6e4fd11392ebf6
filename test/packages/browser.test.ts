/** guard and client as one script in a real Chromium: across origins, with only what a browser has. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import { openPage } from '../support/browser.ts'
import { bundle } from '../support/bundle.ts'
import { runCommand, startCommand, temporaryFolder } from '../support/process.ts'
import { tutorialToken } from '../support/tutorial-token.ts'

/** Serves a page with this script on its own origin, and an API that returns the token header it received. */
async function servePage(t: TestContext, script: string): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === '/api') return void response.end(request.headers.authorization)
    const isScript = request.url === '/app.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8')
    const page =
      '<!doctype html><title>App</title><link rel="icon" href="data:,"><script type="module" src="/app.js"></script>'
    response.end(isScript ? script : page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  return `http://127.0.0.1:${address.port}`
}

test('guard checks a token with the keys that it fetches', async (t) => {
  const { origin } = await startCommand(t, ['dev'], { DATA_DIR: temporaryFolder(t) })
  const { code } = await bundle(`
    import { createGuard } from '@countersign/guard'

    const guard = createGuard({ issuer: '${origin}', audience: '${origin}' })
    globalThis.check = (token) => guard.checkToken(token).then(({ subject }) => subject, ({ status }) => status)`)
  const { page, complaints } = await openPage(t)
  await page.goto(await servePage(t, code))
  const token = await tutorialToken(origin)
  await page.waitForFunction('globalThis.check')
  assert.equal(await page.evaluate(`check('${token}')`), 'tim')
  assert.equal(await page.evaluate(`check('${token.slice(0, -10)}AAAAAAAAAA')`), 401)
  assert.deepEqual(complaints, [])
})

test('client gets tokens, keeps them for the tab, renews them and calls the API', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t) }
  const { origin } = await startCommand(t, ['dev'], environment)
  const { code } = await bundle(`
    import { createClient } from '@countersign/client'

    globalThis.client = createClient({ issuer: '${origin}', clientId: 'page', scope: 'me items', apis: location.origin })`)
  const app = await servePage(t, code)
  const grants = ['authorization_code', 'refresh_token', 'password'].flatMap((type) => ['--grant-type', type])
  const redirect = ['--redirect-uri', `${app}/`]
  const added = await runCommand(
    ['clients', 'add', 'page', '--public', '--first-party', ...grants, ...redirect],
    environment,
  )
  assert.equal(added.code, 0, added.stderr)

  const { page, complaints } = await openPage(t)
  await page.goto(app)
  await page.waitForFunction('globalThis.client')
  const first = await page.evaluate(
    `client.password({ username: 'tim', password: 'tim1234' }).then((tokens) => tokens.accessToken)`,
  )
  await page.reload()
  await page.waitForFunction('globalThis.client')
  assert.equal(await page.evaluate('client.accessToken()'), first)
  assert.equal(await page.evaluate(`client.fetch('/api').then((response) => response.text())`), `Bearer ${first}`)
  assert.notEqual(await page.evaluate('client.refresh().then((tokens) => tokens.accessToken)'), first)
  assert.deepEqual(complaints, [])
})
