/** RFC 8252, OAuth 2.0 for Native Apps: the port of this machine that waits for the browser. */
import assert from 'node:assert/strict'
import { createServer, request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { type TestContext, test } from 'node:test'
import { type Arrival, type LoopbackListener, listenOnLoopback } from '../../src/node/loopback.ts'

const accepted: Arrival = { over: true, page: ['You are logged in', 'Close this window.'] }

async function startListener(t: TestContext, port = 0): Promise<LoopbackListener> {
  const listener = await listenOnLoopback(port)
  t.after(listener.close)
  return listener
}

/** Addresses of this machine beside 127.0.0.1, as they stand in a URL. On Linux all of 127.0.0.0/8 are its own. */
function otherAddresses(): readonly string[] {
  const own = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses)
  const others = own
    .filter(({ address, scopeid }) => address !== '127.0.0.1' && !scopeid)
    .map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address))
  const addresses = process.platform === 'linux' ? ['127.0.0.2', ...others] : others
  assert.ok(addresses.length > 0)
  return addresses
}

interface Answered {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

/** Sends headers that fetch does not allow to set. */
function ask(url: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, method, agent: false }, async (response) => {
      let body = ''
      for await (const chunk of response) body += chunk
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body })
    })
    sent.once('error', reject)
    sent.end()
  })
}

test('§7.3 the redirect URI is on 127.0.0.1, with a port that the system chose', async (t) => {
  const [first, second] = [await startListener(t), await startListener(t)]
  assert.match(first.redirectUri, /^http:\/\/127\.0\.0\.1:[1-9]\d*\/callback$/)
  assert.notEqual(first.redirectUri, second.redirectUri)
})

test('§8.3 nothing listens on the other addresses of this machine', async (t) => {
  const { redirectUri } = await startListener(t)
  const { port, pathname } = new URL(redirectUri)
  assert.equal((await ask(redirectUri)).status, 404)
  for (const host of otherAddresses()) {
    const refused = { code: /^(ECONNREFUSED|EADDRNOTAVAIL|ENETUNREACH)$/ }
    await assert.rejects(ask(`http://${host}:${port}${pathname}`), refused, host)
  }
})

test('§7.3 a port that is not free is reported with what to do', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  await assert.rejects(listenOnLoopback(address.port), { code: 'port_taken', message: /choose another/ })
})

test('§8.1 one response is accepted, and then the port is free again', async (t) => {
  const listener = await startListener(t)
  const arrived: string[] = []
  const wait = listener.wait(async ({ search }) => {
    arrived.push(search)
    return accepted
  }, new AbortController().signal)
  assert.equal((await ask(`${listener.redirectUri}?code=first&state=s`)).status, 200)
  await wait
  assert.equal((await ask(`${listener.redirectUri}?code=second&state=s`)).status, 404)
  assert.deepEqual(arrived, ['?code=first&state=s'])
  listener.close()
  await assert.rejects(ask(listener.redirectUri), { code: 'ECONNREFUSED' })
})

test('§8.10 the last page has nothing from the response, loads nothing and is not cached', async (t) => {
  const listener = await startListener(t)
  const wait = listener.wait(async () => accepted, new AbortController().signal)
  const { headers, body } = await ask(`${listener.redirectUri}?code=the-code-itself&state=the-state-itself`)
  await wait
  assert.match(body, /<html lang="en">[\s\S]*<h1>You are logged in<\/h1>/)
  assert.doesNotMatch(body, /itself|<script/)
  assert.match(String(headers['content-security-policy']), /^default-src 'none';.*frame-ancestors 'none'/)
  assert.equal(headers['referrer-policy'], 'no-referrer')
  assert.equal(headers['cache-control'], 'no-store')
})

test('§8.9 a response to another login is rejected, and the wait goes on', async (t) => {
  const listener = await startListener(t)
  const wait = listener.wait(
    async ({ searchParams }) => (searchParams.get('state') === 'ours' ? accepted : { over: false }),
    new AbortController().signal,
  )
  assert.equal((await ask(`${listener.redirectUri}?code=c&state=theirs`)).status, 400)
  assert.equal((await ask(listener.redirectUri)).status, 400)
  assert.equal((await ask(`${listener.redirectUri}?code=c&state=ours`)).status, 200)
  await wait
})

test('§8.3 nothing else gets a page: another name for this machine, another path, another method', async (t) => {
  const listener = await startListener(t)
  const { host, port } = new URL(listener.redirectUri)
  const stop = new AbortController()
  let arrived = 0
  const wait = listener.wait(async () => {
    arrived++
    return accepted
  }, stop.signal)
  for (const name of ['rebound.example', `rebound.example:${port}`, `localhost:${port}`, '127.0.0.1', `${host}.`]) {
    assert.equal((await ask(`${listener.redirectUri}?code=c&state=s`, { host: name })).status, 404, name)
  }
  for (const path of ['/', '/callback/', '/callback/more', '/favicon.ico', '//callback', '/Callback']) {
    assert.equal((await ask(`http://${host}${path}?code=c&state=s`)).status, 404, path)
  }
  for (const method of ['POST', 'HEAD', 'OPTIONS', 'PUT']) {
    assert.equal((await ask(`${listener.redirectUri}?code=c&state=s`, {}, method)).status, 404, method)
  }
  assert.equal(arrived, 0)
  stop.abort(new Error('the test is over'))
  await assert.rejects(wait, /the test is over/)
})

test('§8.3 before the wait begins, nothing is accepted', async (t) => {
  const listener = await startListener(t)
  assert.equal((await ask(`${listener.redirectUri}?code=c&state=s`)).status, 404)
})
