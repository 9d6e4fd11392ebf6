/** For any response of an issuer and any URL of a callback there are tokens or a ClientError, and nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../../test/support/fast-check.ts'
import { ClientError } from '../../src/errors.ts'
import { beginLogin } from '../../src/oauth/authorization-request.ts'
import { completeLogin, stateOf } from '../../src/oauth/authorization-response.ts'
import type { Fetch } from '../../src/oauth/request-json.ts'
import { requestTokens } from '../../src/oauth/token-request.ts'
import { metadataOf, tokenResponse } from '../support/issuer.ts'
import { claimsFor, configFor, makeIdToken } from '../support/logins.ts'

const issuer = { url: 'https://issuer.example' }

/** An issuer without a network: correct metadata, and this response of the token endpoint. */
function respondingWith(body: string, status = 200): Fetch {
  return async (input) => {
    const isMetadata = String(input).includes('/.well-known/')
    return isMetadata ? Response.json(metadataOf(issuer)) : new Response(body, { status })
  }
}

/** Whether the work was rejected. */
async function assertClientError(work: Promise<unknown>): Promise<boolean> {
  return await work.then(
    () => false,
    (error) => {
      assert.ok(error instanceof ClientError, String(error))
      return true
    },
  )
}

/** Claims that are compared with a value of the login. */
const compared = ['iss', 'aud', 'nonce']

const wrongMember = fc.oneof(fc.jsonValue(), fc.string(), fc.constantFrom('', null, -1, '__proto__', '\u0000'))
const memberName = fc.constantFrom(
  'access_token',
  'token_type',
  'expires_in',
  'refresh_token',
  'id_token',
  'scope',
  'error',
)
const statuses = fc.constantFrom(200, 201, 400, 401, 404, 500, 503)

test('token responses: any text, and any value in place of a member', async () => {
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    fc.tuple(memberName, wrongMember).map(([name, value]) => JSON.stringify(tokenResponse({ [name]: value }))),
  )
  await fc.assert(
    fc.asyncProperty(texts, statuses, async (text, status) => {
      const config = configFor(issuer, { fetch: respondingWith(text, status) })
      const isRejected = await assertClientError(requestTokens(config, { grant_type: 'x' }))
      if (status >= 400) assert.ok(isRejected, text)
    }),
    { numRuns: 400 },
  )
})

test('ID tokens: any value in place of a claim or a header member, and any text', async () => {
  const claim = fc.tuple(
    fc.constantFrom('iss', 'sub', 'aud', 'azp', 'exp', 'iat', 'nonce', 'auth_time', 'at_hash'),
    wrongMember,
  )
  const idTokens = fc.oneof(
    fc.string().map((idToken) => ({ idToken, name: 'none' })),
    fc
      .array(fc.base64String(), { minLength: 2, maxLength: 4 })
      .map((parts) => ({ idToken: parts.join('.'), name: 'none' })),
    claim.map(([name, value]) => ({ idToken: makeIdToken({ ...claimsFor(issuer, 'n'), [name]: value }), name })),
    wrongMember.map((alg) => ({ idToken: makeIdToken(claimsFor(issuer, 'n'), { alg }), name: 'none' })),
  )
  await fc.assert(
    fc.asyncProperty(idTokens, async ({ idToken, name }) => {
      const fetch = respondingWith(JSON.stringify(tokenResponse({ id_token: idToken })))
      const expected = { nonce: 'n', maxAge: 60 }
      const config = configFor(issuer, { fetch })
      const isRejected = await assertClientError(requestTokens(config, { grant_type: 'x' }, expected))
      if (compared.includes(name)) assert.ok(isRejected, idToken)
    }),
    { numRuns: 400 },
  )
})

test('callbacks: any text, and any parameters', async () => {
  const config = configFor(issuer, { fetch: respondingWith(JSON.stringify(tokenResponse())) })
  const { transaction } = await beginLogin(config)
  const name = fc.constantFrom('state', 'code', 'iss', 'error', 'error_description', 'x')
  const value = fc.oneof(fc.string(), fc.constantFrom(transaction.state, issuer.url, 'access_denied', ''))
  const callbacks = fc.oneof(
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.string(),
    fc.array(fc.tuple(name, value)).map((pairs) => `https://notes.example/?${new URLSearchParams(pairs)}`),
  )
  await fc.assert(
    fc.asyncProperty(callbacks, async (callback) => {
      const isRejected = await assertClientError(completeLogin(config, transaction, callback))
      if (!callback.includes(`state=${transaction.state}`)) assert.ok(isRejected, callback)
      await assertClientError((async () => stateOf(callback))())
    }),
    { numRuns: 400 },
  )
})

test('metadata: any value in place of a member', async () => {
  const names = Object.keys(metadataOf(issuer))
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), wrongMember, async (name, value) => {
      const config = configFor(issuer, { fetch: async () => Response.json(metadataOf(issuer, { [name]: value })) })
      const isRejected = await assertClientError(config.metadata())
      if (name === 'issuer') assert.ok(isRejected, JSON.stringify(value))
      await assertClientError(beginLogin(config))
    }),
    { numRuns: 300 },
  )
})

test('each request to the issuer has a time limit, and follows no redirect', async () => {
  const inits: (RequestInit | undefined)[] = []
  const respond = respondingWith(JSON.stringify(tokenResponse()))
  const config = configFor(issuer, {
    fetch: async (input, init) => {
      inits.push(init)
      return await respond(input, init)
    },
  })
  await requestTokens(config, { grant_type: 'x' })
  assert.equal(inits.length, 2)
  for (const init of inits) {
    assert.ok(init?.signal instanceof AbortSignal)
    assert.equal(init.redirect, 'manual')
  }
})
