/** logInWithBrowser: the browser comes back to a port of this machine, another page imitates that request, or no browser comes. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Client, createClient } from '../../src/client.ts'
import { logInWithBrowser } from '../../src/node/browser-login.ts'
import { logIn } from '../../src/node/login.ts'
import { startIssuer, type TestIssuer } from '../support/issuer.ts'

interface Setting {
  readonly issuer: TestIssuer
  readonly client: Client
}

async function setUp(t: TestContext): Promise<Setting> {
  const issuer = await startIssuer(t)
  return { issuer, client: createClient({ issuer: issuer.url, clientId: 'notes', scope: 'items' }) }
}

const silent = { tell: () => {} }

/** The URL that the issuer would send the browser to, with some parameters replaced. */
function callbackFor(url: string, changes: Readonly<Record<string, string>> = {}): string {
  const requested = new URL(url)
  const callback = new URL(requested.searchParams.get('redirect_uri') ?? '')
  const state = requested.searchParams.get('state') ?? ''
  const parameters = { code: 'the-code-itself', state, iss: requested.origin, ...changes }
  for (const [name, value] of Object.entries(parameters)) callback.searchParams.set(name, value)
  return callback.href
}

test('the URL is shown and opened, and the tokens are kept', async (t) => {
  const { issuer, client } = await setUp(t)
  const shown: string[] = []
  const opened: string[] = []
  const pages: Promise<Response>[] = []
  const tokens = await logInWithBrowser(client, {
    prompt: 'consent',
    tell: (text) => shown.push(text),
    open: (url) => {
      opened.push(url)
      pages.push(fetch(callbackFor(url)))
    },
  })
  assert.equal(tokens.accessToken, 'access-1')
  assert.equal(await client.accessToken(), 'access-1')
  assert.equal((await pages[0])?.status, 200)
  const [url = ''] = opened
  assert.equal(new URL(url).searchParams.get('prompt'), 'consent')
  assert.deepEqual(shown, [`Open this URL in a browser to log in:\n\n  ${url}\n`])
  const [sent] = issuer.posted('/token')
  assert.equal(sent?.get('redirect_uri'), new URL(url).searchParams.get('redirect_uri'))
})

test('requests of other pages are rejected, and the login goes on', async (t) => {
  const { issuer, client } = await setUp(t)
  const come = async (url: string) => {
    const statuses: number[] = []
    const redirectUri = new URL(url).searchParams.get('redirect_uri') ?? ''
    const foreign = [
      callbackFor(url, { state: 'another' }),
      `${redirectUri}?code=another`,
      `${callbackFor(url)}&state=another`,
      `${callbackFor(url)}&iss=https%3A%2F%2Fanother.example`,
    ]
    for (const address of foreign) statuses.push((await fetch(address)).status)
    assert.equal(issuer.posted('/token').length, 0)
    return [...statuses, (await fetch(callbackFor(url))).status]
  }
  const visits: Promise<number[]>[] = []
  await logInWithBrowser(client, { ...silent, open: (url) => void visits.push(come(url)) })
  assert.deepEqual(await Promise.all(visits), [[400, 400, 400, 400, 200]])
})

test('an error of the issuer ends the login, and neither page nor message quotes the response', async (t) => {
  const { client } = await setUp(t)
  const pages: Promise<string>[] = []
  const login = logInWithBrowser(client, {
    ...silent,
    open: (url) => {
      const callback = callbackFor(url, { error: 'access_denied', error_description: '<b>the-code-itself</b>' })
      pages.push(fetch(callback).then((response) => response.text()))
    },
  })
  await assert.rejects(login, (error: Error) => !error.message.includes('itself') && 'code' in error)
  const page = await pages[0]
  assert.match(page ?? '', /<h1>Not logged in<\/h1>/)
  assert.doesNotMatch(page ?? '', /itself|<b>/)
})

test('without a browser the login ends after its timeout, or with the reason of a signal', async (t) => {
  const { client } = await setUp(t)
  const open = () => {}
  await assert.rejects(logInWithBrowser(client, { ...silent, open, timeout: 1 }), {
    code: 'login_too_old',
    message: /log in again/,
  })
  const signal = AbortSignal.abort(new Error('the user went home'))
  await assert.rejects(logInWithBrowser(client, { ...silent, open, signal }), /the user went home/)
})

test('a browser that cannot be opened ends the login at once, and leaves nothing behind', async (t) => {
  const { client } = await setUp(t)
  const left: unknown[] = []
  const note = (reason: unknown) => left.push(reason)
  process.on('unhandledRejection', note)
  t.after(() => process.off('unhandledRejection', note))
  const stop = new AbortController()
  const failure = new Error('there is no browser')
  const ways = [
    () => {
      throw failure
    },
    () => Promise.reject(failure),
  ]
  for (const open of ways) {
    await assert.rejects(logInWithBrowser(client, { ...silent, open, signal: stop.signal }), /there is no browser/)
  }
  stop.abort(new Error('the user went home'))
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(left, [])
})

test('the login does not wait for a browser command that runs until its window is closed', async (t) => {
  const { client } = await setUp(t)
  const open = async (url: string) => {
    await fetch(callbackFor(url))
    await new Promise(() => {})
  }
  assert.equal((await logInWithBrowser(client, { ...silent, open })).accessToken, 'access-1')
})

test('a timeout that no timer supports is a wrong option', async (t) => {
  const { client } = await setUp(t)
  for (const timeout of [0, 0.5, -1, 86_401, 2_592_000, Number.NaN, Number.POSITIVE_INFINITY]) {
    await assert.rejects(logInWithBrowser(client, { ...silent, timeout }), {
      name: 'TypeError',
      message: 'timeout is wrong: it must be 1 to 86400 seconds',
    })
  }
})

test('logIn uses the option open, even if the issuer has a device flow', async (t) => {
  const { issuer, client } = await setUp(t)
  const known = issuer.routes['/.well-known/oauth-authorization-server']
  issuer.routes['/.well-known/oauth-authorization-server'] = async (received, self) => {
    const result = await known?.(received, self)
    return { body: { ...Object(result?.body), device_authorization_endpoint: `${self.url}/device` } }
  }
  const tokens = await logIn(client, { ...silent, open: (url) => void fetch(callbackFor(url)) })
  assert.equal(tokens.accessToken, 'access-1')
  assert.equal(issuer.posted('/device').length, 0)
})
