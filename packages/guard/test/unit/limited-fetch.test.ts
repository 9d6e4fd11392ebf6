/** What comes from an issuer, within limits of time, size and place. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fetchLimited, type LimitedRequest } from '../../src/issuer/limited-fetch.ts'
import type { IssuerAccess } from '../../src/token-source.ts'
import { startIssuer } from '../support/issuer.ts'

const url = 'https://auth.example/jwks'

/** Fetches, and answers the sentence of the failure. */
async function failureOf(given: typeof fetch, target = url, request: LimitedRequest = {}): Promise<string> {
  const failed = await fetchLimited(accessBy(given), target, request).then(
    () => 'it was answered',
    (error: unknown) => error,
  )
  assert.ok(failed instanceof Error)
  return failed.message
}

function accessBy(given: typeof fetch): IssuerAccess {
  return { fetch: given, now: () => 0, onFailure: () => assert.fail() }
}

function answering(body: ConstructorParameters<typeof Response>[0], init?: ResponseInit): typeof fetch {
  return async () => new Response(body, init)
}

const neverAsked: typeof fetch = () => assert.fail('it was fetched')

for (const target of [
  'http://auth.example/jwks',
  'http://127.0.0.1.example/jwks',
  'http://169.254.169.254/latest/meta-data',
  'http://10.0.0.1/jwks',
  'http://0.0.0.0/jwks',
  'ftp://127.0.0.1/jwks',
  'file:///jwks',
  'data:application/json,{}',
  'https://user:secret@auth.example/jwks',
  '//auth.example/jwks',
  '',
]) {
  test(`nothing is fetched from ${JSON.stringify(target)}`, async () => {
    const message = await failureOf(neverAsked, target)
    assert.match(message, /^the URL must|^this is not an absolute URL/)
    assert.doesNotMatch(message, /secret/)
  })
}

for (const host of ['localhost:3000', '127.0.0.1', '127.1.2.3:80', '[::1]:8080']) {
  test(`http is read from the loopback address ${host}`, async () => {
    const { status, text } = await fetchLimited(accessBy(answering('{}')), `http://${host}/jwks`)
    assert.deepEqual([status, text], [200, '{}'])
  })
}

for (const status of [301, 302, 303, 307, 308]) {
  test(`a redirect with ${status} is not followed, and the operator is informed so`, async (t) => {
    const issuer = await startIssuer(t)
    issuer.serve('/moved', () => ({ status, headers: { location: `${issuer.url}/inside` } }))
    assert.match(await failureOf(fetch, `${issuer.url}/moved`), /redirect, which is not followed: configure its target/)
    assert.equal(issuer.countOf('/inside'), 0)
  })
}

test('a redirect that a browser hides is described as one', async () => {
  const hidden = Object.defineProperties(new Response(), {
    type: { value: 'opaqueredirect' },
    status: { value: 0 },
  })
  assert.match(await failureOf(async () => hidden), /redirect/)
})

for (const status of [201, 304, 401, 404, 500]) {
  test(`the status ${status} is no answer, unless it is one that was asked for`, async () => {
    const body = status === 304 ? null : '{}'
    assert.equal(await failureOf(answering(body, { status })), `the response has the status ${status} instead of 200`)
    assert.equal(
      (await fetchLimited(accessBy(answering(body, { status })), url, { statuses: [status] })).status,
      status,
    )
  })
}

test('an endless answer is cut at the limit', async () => {
  let pulled = 0
  let isCancelled = false
  const endless = new ReadableStream({
    pull: (controller) => {
      pulled++
      controller.enqueue(new Uint8Array(65_536).fill(0x20))
    },
    cancel: () => {
      isCancelled = true
    },
  })
  assert.equal(await failureOf(answering(endless)), 'the response is longer than 524288 bytes')
  assert.ok(isCancelled)
  assert.ok(pulled < 20)
})

test('the limit is a number of bytes, and that many are read', async () => {
  assert.equal((await fetchLimited(accessBy(answering('äb')), url, { maxBytes: 3 })).text, 'äb')
  assert.match(await failureOf(answering('äb'), url, { maxBytes: 2 }), /longer than 2 bytes/)
})

test('an answer without a body is an empty text', async () => {
  assert.equal((await fetchLimited(accessBy(answering(null)), url)).text, '')
})

test('what is no UTF-8 is no answer', async () => {
  await failureOf(answering(Uint8Array.of(0x22, 0xff, 0x22)))
})

test('an issuer that does not answer in time is described as one', async (t: TestContext) => {
  const issuer = await startIssuer(t)
  issuer.serve('/hangs', () => new Promise(() => {}))
  const { timeout } = AbortSignal
  const limits: number[] = []
  t.mock.method(AbortSignal, 'timeout', (ms: number) => {
    limits.push(ms)
    return timeout.call(AbortSignal, 50)
  })
  assert.equal(await failureOf(fetch, `${issuer.url}/hangs`), 'there was no complete response within 5 seconds')
  assert.deepEqual(limits, [5000])
})

test('an issuer that is away is told with the cause', async (t: TestContext) => {
  const issuer = await startIssuer(t)
  await issuer.stop()
  assert.match(await failureOf(fetch, `${issuer.url}/jwks`), /^fetch failed: .*ECONNREFUSED/)
  await issuer.resume()
})

test('a fetch that throws what is no error is a failure as well', async () => {
  assert.equal(await failureOf(() => Promise.reject('gone')), 'the thrown value is not an Error')
})

test('the request is a GET for JSON, or what is asked for', async () => {
  const seen: RequestInit[] = []
  const access = accessBy(async (_url, init = {}) => {
    seen.push(init)
    return new Response('{}')
  })
  await fetchLimited(access, url)
  await fetchLimited(access, url, {
    method: 'POST',
    body: 'a=b',
    headers: { x: 'y' },
    accept: 'text/x',
  })
  const [first, second] = seen
  assert.deepEqual([first?.method, first?.headers, first?.redirect], ['GET', { accept: 'application/json' }, 'manual'])
  assert.deepEqual([second?.method, second?.headers, second?.body], ['POST', { accept: 'text/x', x: 'y' }, 'a=b'])
})
