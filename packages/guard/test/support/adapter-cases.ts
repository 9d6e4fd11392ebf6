/** What every adapter must do, tried over a real socket: the same table for all. */
import assert from 'node:assert/strict'
import { type IncomingHttpHeaders, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createGuard, type Guard, type GuardOptions } from '../../src/index.ts'
import { boundToken, makeClient, makeProof, makeProvingGuard } from './proofs.ts'
import { audience, craft, issuer, makePairSigner, type PairSigner, testTime } from './tokens.ts'

/** A server with the routes of the table; it notes what its handlers and its error path are given. */
export interface AdapterServer {
  readonly port: number
  /** The subjects for which a handler ran. */
  readonly handled: readonly string[]
  /** What arrived in the framework's error path. */
  readonly errors: readonly unknown[]
}

/**
 * Starts a server of the framework. GET and POST /users/me need a token, /users/me/items the scope `items`, /broken has a guard
 * that fails, /forgotten calls `accessOf` without one; the first three answer `{"subject": ...}`. Serves the guard's metadata.
 */
export type StartAdapter = (t: TestContext, guard: Guard, broken: Guard) => Promise<AdapterServer>

const signer: PairSigner = await makePairSigner('ES256', 'key-1')
const resource = `${audience}/v1`

/** A token that the table's guard takes, but for the differences in its claims. */
export function makeToken(claims: Readonly<Record<string, unknown>> = {}): string {
  return craft(signer, { claims: { aud: resource, scope: 'me', ...claims } })
}

/** The guard of the table, but for what is given. */
export function makeGuard(options: Partial<GuardOptions> = {}): Guard {
  const key = { ...signer.publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'ES256', use: 'sig' }
  return createGuard({
    issuer,
    audience: resource,
    jwks: { keys: [key] },
    metadata: { scopes: ['me', 'items'] },
    scopeHierarchy: { 'items:all': ['items'] },
    now: () => testTime,
    ...options,
  })
}

/** A guard with an error that its contract excludes. */
export function makeBrokenGuard(): Guard {
  return { ...makeGuard(), check: () => Promise.reject(new Error('the guard is broken')) }
}

/** A guard that notes the URLs that it was asked about. */
export function notingGuard(urls: string[]): Guard {
  const guard = makeGuard()
  return {
    ...guard,
    check: (request, requirement) => {
      urls.push(request.url)
      return guard.check(request, requirement)
    },
  }
}

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Sends the headers as given, those of one name several times too. */
export function ask(port: number, method: string, path: string, headers: readonly string[] = []): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const all = ['Host', `127.0.0.1:${port}`, 'Content-Length', '0', 'Connection', 'close', ...headers]
    const request = send({ port, method, path, headers: all, host: '127.0.0.1' }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    request.on('error', reject).end()
  })
}

/** The port that a server listens on. */
export function portOf(server: { readonly address: () => AddressInfo | string | null }): number {
  const bound = server.address()
  assert.ok(typeof bound === 'object' && bound)
  return bound.port
}

/** Runs the table over one adapter. @param origin of DPoP, for a framework that does not know its own */
export function testAdapter(name: string, startAdapter: StartAdapter, origin?: string): void {
  const start = (t: TestContext) => startAdapter(t, makeGuard(), makeBrokenGuard())
  const bearer = (claims?: Readonly<Record<string, unknown>>) => ['Authorization', `Bearer ${makeToken(claims)}`]
  const metadataUrl = 'https://api.example/.well-known/oauth-protected-resource/v1'

  test(`${name}: a good token reaches the handler, which finds its access`, async (t) => {
    const { port, handled } = await start(t)
    for (const [method, headers] of [
      ['GET', bearer()],
      ['POST', bearer()],
      ['GET', ['authorization', `bearer ${makeToken()}`]],
    ] as const) {
      const { status, body } = await ask(port, method, '/users/me?a=b', headers)
      assert.deepEqual([status, JSON.parse(body)], [200, { subject: 'tim' }])
    }
    assert.deepEqual(handled, ['tim', 'tim', 'tim'])
  })

  test(`${name}: concurrent requests find their own access`, async (t) => {
    const { port } = await start(t)
    const subjects = Array.from({ length: 20 }, (_, index) => `user-${index}`)
    const answers = await Promise.all(subjects.map((sub) => ask(port, 'GET', '/users/me', bearer({ sub, jti: sub }))))
    assert.deepEqual(
      answers.map(({ body }) => JSON.parse(body).subject),
      subjects,
    )
  })

  test(`${name}: a scope of the route is needed, and one that includes it is enough`, async (t) => {
    const { port, handled, errors } = await start(t)
    const refused = await ask(port, 'GET', '/users/me/items', bearer())
    assert.equal(refused.status, 403)
    const challenge = refused.headers['www-authenticate'] ?? ''
    assert.match(challenge, /^Bearer .*error="insufficient_scope"/)
    assert.match(challenge, /scope="items"/)
    assert.deepEqual([handled, errors], [[], []])
    assert.equal((await ask(port, 'GET', '/users/me/items', bearer({ scope: 'me items:all' }))).status, 200)
  })

  for (const [what, status, error, headers] of [
    ['E30 no token', 401, undefined, []],
    ['E29 a token in the query only', 401, undefined, []],
    ['E29 a token in the query and in the header', 400, 'invalid_request', bearer()],
    ['E30 a token that expired', 401, 'invalid_token', bearer({ exp: testTime - 600, iat: testTime - 700 })],
    ['E30 what is no token', 401, 'invalid_token', ['Authorization', 'Bearer x']],
    ['E28 a scheme alone', 400, 'invalid_request', ['Authorization', 'Bearer']],
    ['E28 two spaces', 400, 'invalid_request', ['Authorization', `Bearer  ${makeToken()}`]],
    ['E28 a tab', 400, 'invalid_request', ['Authorization', `Bearer\t${makeToken()}`]],
    ['E28 two tokens', 400, 'invalid_request', ['Authorization', 'Bearer a b']],
    ['E28 a token with a comma', 400, 'invalid_request', ['Authorization', 'Bearer a,b']],
    ['E28 a token that is not ASCII', 400, 'invalid_request', ['Authorization', 'Bearer é']],
    ['two Authorization headers', 400, 'invalid_request', [...bearer(), ...bearer({ sub: 'eve' })]],
    ['the same Authorization header twice', 400, 'invalid_request', [...bearer(), ...bearer()]],
    ['a second Authorization header in other letters', 400, 'invalid_request', [...bearer(), 'AUTHORIZATION', 'x']],
  ] as const) {
    test(`${name}: ${what} is answered ${status}, and no handler runs`, async (t) => {
      const { port, handled, errors } = await start(t)
      const path = what.includes('query') ? `/users/me?access_token=${makeToken()}` : '/users/me'
      const answer = await ask(port, 'GET', path, headers)
      assert.equal(answer.status, status)
      assert.match(answer.headers['content-type'] ?? '', /^application\/json/)
      assert.equal(answer.headers['cache-control'], 'no-store')
      const challenge = answer.headers['www-authenticate'] ?? ''
      assert.match(challenge, /^Bearer/)
      assert.ok(challenge.includes(`resource_metadata="${metadataUrl}"`))
      assert.equal(/\berror="(\w+)"/.exec(challenge)?.[1], error)
      assert.equal(typeof JSON.parse(answer.body), 'object')
      // A handler that runs all the same throws in accessOf, before it notes itself.
      assert.deepEqual([handled, errors], [[], []])
    })
  }

  test(`${name}: the answer to HEAD has the headers of a rejection and no body`, async (t) => {
    const { port, handled, errors } = await start(t)
    const { status, headers, body } = await ask(port, 'HEAD', '/users/me')
    assert.deepEqual([status, body, handled, errors], [401, '', [], []])
    assert.match(headers['www-authenticate'] ?? '', /^Bearer/)
    assert.equal((await ask(port, 'HEAD', '/users/me', bearer())).status, 200)
    assert.ok(handled.length <= 1)
  })

  test(`${name}: E33 an error that the guard did not foresee is answered 500, and no handler runs`, async (t) => {
    const { port, handled, errors } = await start(t)
    const { status, body } = await ask(port, 'GET', '/broken', bearer())
    assert.equal(status, 500)
    assert.doesNotMatch(body, /eyJ/)
    assert.deepEqual(handled, [])
    // The guard's own error, where there is an error path, and none of a handler.
    assert.deepEqual(
      errors.filter((error) => !String(error).includes('the guard is broken')),
      [],
    )
  })

  test(`${name}: a token that is bound to a key passes with one proof for the URL that was asked for`, async (t) => {
    const { port, handled } = await startAdapter(
      t,
      makeProvingGuard(origin ? { origin } : {}, { metadata: true }),
      makeBrokenGuard(),
    )
    const client = await makeClient()
    const token = boundToken(client)
    const prove = (path: string) => [
      'DPoP',
      makeProof(client, token, { claims: { htu: `${origin ?? `http://127.0.0.1:${port}`}${path}` } }),
    ]
    const get = (headers: readonly string[], scheme = 'DPoP') =>
      ask(port, 'GET', '/users/me?a=b', ['Authorization', `${scheme} ${token}`, ...headers])
    assert.equal((await get(prove('/users/me'))).status, 200)
    for (const [headers, scheme] of [
      [[], 'DPoP'],
      [prove('/users/you'), 'DPoP'],
      // M1: two DPoP headers.
      [[...prove('/users/me'), ...prove('/users/me')], 'DPoP'],
      // M6: no downgrade to a bearer token.
      [prove('/users/me'), 'Bearer'],
    ] as const) {
      const { status, headers: answered } = await get(headers, scheme)
      assert.equal(status, 401)
      assert.match(answered['www-authenticate'] ?? '', /DPoP .*algs="/)
    }
    assert.deepEqual(handled, ['tim'])
  })

  test(`${name}: RFC 9728 §3 the metadata is served at both its paths, to any origin`, async (t) => {
    const { port } = await start(t)
    for (const path of ['/.well-known/oauth-protected-resource/v1', '/.well-known/oauth-protected-resource']) {
      const answer = await ask(port, 'GET', `${path}?a=b`)
      assert.equal(answer.status, 200)
      assert.match(answer.headers['content-type'] ?? '', /^application\/json/)
      assert.equal(answer.headers['access-control-allow-origin'], '*')
      const { resource: told, authorization_servers: servers, scopes_supported: scopes } = JSON.parse(answer.body)
      assert.deepEqual([told, servers, scopes], [resource, [issuer], ['me', 'items']])
      assert.deepEqual((await ask(port, 'HEAD', path)).body, '')
      const preflight = await ask(port, 'OPTIONS', path, [
        'Access-Control-Request-Headers',
        'authorization, mcp-protocol-version',
      ])
      assert.deepEqual([preflight.status, preflight.headers['access-control-allow-headers']], [204, '*, authorization'])
      assert.ok([404, 405].includes((await ask(port, 'POST', path)).status))
    }
    assert.equal((await ask(port, 'GET', '/.well-known/oauth-protected-resource/other')).status, 404)
  })

  test(`${name}: a guard without metadata has none to serve, which is told at the start`, async (t) => {
    const guard = createGuard({ issuer, audience })
    await assert.rejects(startAdapter(t, guard, guard), /metadata/)
  })
}

/** Runs `/forgotten` over one adapter that has `accessOf`. */
export function testForgottenGuard(name: string, startAdapter: StartAdapter): void {
  test(`${name}: accessOf on a route that is not protected is an error that names the fix`, async (t) => {
    const { port, errors, handled } = await startAdapter(t, makeGuard(), makeBrokenGuard())
    const { status } = await ask(port, 'GET', '/forgotten', ['Authorization', `Bearer ${makeToken()}`])
    assert.equal(status, 500)
    const [error] = errors
    assert.ok(error instanceof TypeError)
    assert.match(error.message, /put protect\(guard\) before/)
    assert.deepEqual(handled, [])
  })
}
