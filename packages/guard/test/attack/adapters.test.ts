/** Requests over sockets that are made to look like others, or that were answered already: M2, M4. */
import assert from 'node:assert/strict'
import { connect, createServer as createHttp2Server } from 'node:http2'
import { test } from 'node:test'
import { protect } from '../../src/adapters/node.ts'
import { portOf } from '../support/adapter-cases.ts'
import { guardedServers } from '../support/guarded-servers.ts'
import { listen } from '../support/listen.ts'
import { boundToken, makeClient, makeProof, makeProvingGuard } from '../support/proofs.ts'
import { sendRaw } from '../support/raw-request.ts'

const client = await makeClient()
const token = boundToken(client)
const origin = 'https://api.example'

/** The headers of a request with a proof for that URI. */
function proving(htu: string): readonly string[] {
  return [`Authorization: DPoP ${token}`, `DPoP: ${makeProof(client, token, { claims: { htu } })}`]
}

/** What a thief sends who has a proof for /public: the target and the headers that are to make /admin look like it. */
const disguises: readonly (readonly [target: string, ...headers: string[]])[] = [
  ['/admin', 'Host: api.example'],
  ['/admin', 'Host: api.example/public?'],
  ['/admin', 'Host: api.example/public#'],
  ['/admin', 'Host: x/public?'],
  ['/admin', 'Host: x\\public?'],
  ['/admin', 'Host: user@api.example/public?'],
  ['/admin', 'Host:'],
  ['/admin', 'Host: api.example', 'X-Forwarded-Host: x/public?'],
  ['/admin', 'Host: api.example', 'X-Forwarded-Host: api.example/public#'],
  ['/admin', 'Host: api.example', 'X-Forwarded-Proto: https://api.example/public?'],
  ['/admin', 'Host: api.example', 'X-Forwarded-Proto: https://api.example/public#'],
  ['/admin/../public', 'Host: api.example'],
  ['/admin/%2e%2e/public', 'Host: api.example'],
  ['/admin/.%2E/public', 'Host: api.example'],
  ['/%2e/public', 'Host: api.example'],
  ['/./public', 'Host: api.example'],
  ['/admin?/public', 'Host: api.example'],
  ['//public', 'Host: api.example'],
  ['//api.example/public', 'Host: api.example'],
  ['http://api.example\\admin/public', 'Host: api.example'],
  ['http://api.example/admin', 'Host: api.example/public?'],
]

for (const [name, start] of Object.entries(guardedServers)) {
  for (const configured of [undefined, origin]) {
    // Hono reads each URL with the platform's parser, which resolves dots before any route is found: /admin/../public is /public.
    const those = disguises.filter(([target]) => name !== 'hono' || !/\/(\.|%2e)/i.test(target))
    const how = configured === undefined ? 'its own words for the origin' : 'a configured origin'

    test(`M2 ${name}: with ${how}, a proof for /public fits no request for another path`, async (t) => {
      const port = await start(t, makeProvingGuard(configured === undefined ? {} : { origin: configured }))
      for (const [target, ...headers] of those) {
        for (const stolen of ['http://api.example/public', 'https://api.example/public']) {
          const answer = await sendRaw(port, target, [...headers, ...proving(stolen)])
          assert.match(answer, /^HTTP\/1\.1 4/, `${target} ${headers.join()}`)
          assert.doesNotMatch(answer, /passed/)
        }
      }
    })
  }

  test(`M2 ${name}: with a configured origin, Host has no say`, async (t) => {
    const port = await start(t, makeProvingGuard({ origin }))
    for (const [target, host] of [
      ['/admin', 'api.example'],
      ['/admin', '10.0.0.7:3000'],
      ['/admin?a=b', 'api.example'],
      ['http://10.0.0.7:3000/admin', '10.0.0.7:3000'],
    ] as const) {
      const answer = await sendRaw(port, target, [`Host: ${host}`, ...proving(`${origin}/admin`)])
      assert.match(answer, /^HTTP\/1\.1 200/, `${target} ${host}`)
    }
  })

  test(`M4 ${name}: a route that is guarded twice takes one proof once`, async (t) => {
    const port = await start(t, makeProvingGuard({ origin }))
    const headers = ['Host: api.example', ...proving(`${origin}/twice/items`)]
    assert.match(await sendRaw(port, '/twice/items', headers), /^HTTP\/1\.1 200/)
    assert.match(await sendRaw(port, '/twice/items', headers), /^HTTP\/1\.1 401/)
  })
}

test('M2 node: HTTP/2 has its path in :path alone', async (t) => {
  const guard = makeProvingGuard({ origin })
  const server = await listen(t, createHttp2Server(protect(guard, {}, (_request, response) => response.end('passed'))))
  const session = connect(`http://127.0.0.1:${portOf(server)}`)
  const get = (host: Readonly<Record<string, string>>, htu: string) =>
    new Promise<number>((resolve) => {
      const headers = { authorization: `DPoP ${token}`, dpop: makeProof(client, token, { claims: { htu } }) }
      session
        .request({ ':path': '/admin', ...host, ...headers })
        .on('response', ({ ':status': status }) => resolve(status ?? 0))
        // Node's parser rejects some of them itself.
        .on('error', () => resolve(400))
        .end()
    })
  try {
    assert.equal(await get({ ':authority': 'api.example' }, `${origin}/admin`), 200)
    for (const authority of ['api.example', 'api.example/public?', 'x/public#']) {
      assert.match(String(await get({ ':authority': authority }, `${origin}/public`)), /^40[01]$/)
      assert.match(String(await get({ host: authority }, `${origin}/public`)), /^40[01]$/)
    }
  } finally {
    session.destroy()
  }
})
