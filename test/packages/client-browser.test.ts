/** @countersign/client in a real Chromium: tabs that share tokens in localStorage and take turns by Web Locks, and redirects. */
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { openPage } from '../support/browser.ts'
import { bundle } from '../support/bundle.ts'
import { startCommand, temporaryFolder } from '../support/process.ts'

const script = `
import { createClient, webStorage } from '@countersign/client'
const redirectUri = location.origin + '/'
globalThis.makeClient = (issuer, apis = issuer) =>
  createClient({ issuer, clientId: 'notes', redirectUri, apis, storage: webStorage(localStorage) })
`

/** A page that has `makeClient`; `/api` redirects to the same server by another name, which responds with the token it received. */
async function startApp(t: TestContext): Promise<string> {
  const { code } = await bundle(script)
  const page = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/app.js"></script>'
  const server = createServer((request, response) => {
    const { url = '', headers } = request
    if (url === '/app.js') response.setHeader('content-type', 'text/javascript').end(code)
    else if (url === '/api') response.writeHead(307, { location: `http://localhost:${portOf(server)}/trap` }).end()
    else if (url === '/trap') {
      response.setHeader('access-control-allow-origin', '*').setHeader('access-control-allow-headers', 'authorization')
      response.end(headers.authorization ?? 'no token')
    } else response.setHeader('content-type', 'text/html').end(page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${portOf(server)}`
}

function portOf(server: Server): number {
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  return address.port
}

/** Tabs of one browser, which share its localStorage. */
async function openTabs(t: TestContext, count: number): Promise<readonly Page[]> {
  const { page } = await openPage(t)
  const others = Array.from({ length: count - 1 }, () => page.context().newPage())
  return [page, ...(await Promise.all(others))]
}

async function logIn(page: Page): Promise<void> {
  await page.getByLabel('Username').fill('tim')
  await page.getByLabel('Password').fill('tim1234')
  await page.getByRole('button', { name: 'Log in' }).click()
}

test('three tabs whose token is due renew it once, and all have the new one', async (t) => {
  const app = await startApp(t)
  const environment = {
    DATA_DIR: temporaryFolder(t),
    COUNTERSIGN_CONFIG: fileURLToPath(new URL('./support/client.config.ts', import.meta.url)),
    APP_URL: app,
  }
  const { origin: issuer } = await startCommand(t, ['dev'], environment)
  const tabs = await openTabs(t, 3)
  const [page] = tabs
  assert.ok(page)
  await page.goto(app)
  await page.evaluate(`void makeClient('${issuer}').login()`)
  await logIn(page)
  await page.waitForURL(/code=/)
  await page.evaluate(`makeClient('${issuer}').callback()`)
  assert.equal(page.url(), `${app}/`)

  for (const tab of tabs.slice(1)) await tab.goto(app)
  let renewals = 0
  page.context().on('request', (request) => {
    if (request.postData()?.includes('grant_type=refresh_token')) renewals++
  })
  const due = `{ const client = makeClient('${issuer}'); await client.keep({ ...(await client.tokens()), renewAt: 0 }) }`
  await page.evaluate(`(async () => ${due})()`)
  // All wait for the same moment, so that they ask at a time.
  const moment = Date.now() + 1500
  const ask = `new Promise((go) => setTimeout(go, ${moment} - Date.now())).then(() => makeClient('${issuer}').accessToken())`
  const tokens = await Promise.all(tabs.map((tab) => tab.evaluate(ask)))
  assert.equal(new Set(tokens).size, 1)
  assert.equal(renewals, 1)
})

test('two tabs log in at the same time, and each response finds its own login', async (t) => {
  const app = await startApp(t)
  const environment = {
    DATA_DIR: temporaryFolder(t),
    COUNTERSIGN_CONFIG: fileURLToPath(new URL('./support/client.config.ts', import.meta.url)),
    APP_URL: app,
  }
  const { origin: issuer } = await startCommand(t, ['dev'], environment)
  const [first, second] = await openTabs(t, 2)
  assert.ok(first && second)
  await first.goto(app)
  await second.goto(app)
  const begun = String(await first.evaluate(`makeClient('${issuer}').authorizationUrl()`))
  await second.evaluate(`void makeClient('${issuer}').login()`)
  await logIn(second)
  await second.waitForURL(/code=/)
  // The user is logged in at Countersign by now, which responds at once.
  await first.goto(begun)
  await first.waitForURL(/code=/)
  for (const tab of [first, second]) {
    await tab.evaluate(`makeClient('${issuer}').callback()`)
    assert.equal(tab.url(), `${app}/`)
  }
})

test('§5.3 of RFC 6750: a redirect of an API to another origin does not take the token along', async (t) => {
  assert.equal(await callApi(t, ''), 'no token')
})

test('§5.3 of RFC 6750: a redirect of an API with a path is rejected, though a browser does not say where it leads', async (t) => {
  await assert.rejects(callApi(t, '/api'), /\/api redirects: use the final URL/)
})

/** The response of the API that redirects, to a client whose `apis` is that path of the app's origin. */
async function callApi(t: TestContext, path: string): Promise<unknown> {
  const app = await startApp(t)
  const { page } = await openPage(t)
  await page.goto(app)
  await page.waitForFunction('globalThis.makeClient')
  return await page.evaluate(`(async () => {
    const client = makeClient('https://issuer.example', '${app}${path}')
    await client.keep({ accessToken: 'secret-token', tokenType: 'Bearer', scopes: [] })
    return await (await client.fetch('/api')).text()
  })()`)
}
