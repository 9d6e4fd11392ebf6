/** Whatever a client sends to /authorize and /token, it is read within what the client may have, or rejected. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../../test/support/fast-check.ts'
import { readAuthorizationRequest } from '../../src/authorize/authorization-request.ts'
import { resolveOptions } from '../../src/config/resolve-options.ts'
import { isCodeChallenge, isCodeVerifier } from '../../src/domain/pkce.ts'
import { grantScopes } from '../../src/domain/scope.ts'
import { OAuthError } from '../../src/oauth/errors.ts'
import { readParameters } from '../../src/oauth/form.ts'
import { readClientCredentials } from '../../src/oauth/read-client-credentials.ts'
import { readResources } from '../../src/oauth/resource.ts'
import type { Request } from '../../src/request.ts'
import { textsOf } from '../support/any-text.ts'
import { aClient, basicOf } from '../support/clients.ts'
import { testSecret } from '../support/server.ts'

const config = resolveOptions({
  secretKey: testSecret,
  issuer: 'https://id.example',
  scopes: { me: 'Read your profile.' },
  resources: ['https://api.example.com/'],
})
const client = aClient({
  id: 'app',
  scopes: ['openid', 'me', 'offline_access'],
  redirectUris: ['https://a.example/cb'],
})

const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const own = [
  'openid me',
  'me',
  'S256',
  'plain',
  challenge,
  'none',
  'login consent',
  '10',
  '-1',
  '1e3',
  '{"id_token":null}',
]
const value = fc.oneof(fc.constantFrom(...own), textsOf(...own))

/** A valid request in which some parameters are others. */
const parameters = fc
  .record(
    Object.fromEntries(
      [
        'scope',
        'prompt',
        'max_age',
        'nonce',
        'claims',
        'code_challenge',
        'code_challenge_method',
        'response_mode',
        'resource',
      ].map((name) => [name, value]),
    ),
    { requiredKeys: [] },
  )
  .map((changed) => ({
    response_type: 'code',
    redirect_uri: 'https://a.example/cb',
    scope: 'openid',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changed,
  }))
  .filter((all) => Object.values(all).every((text) => text.isWellFormed()))

/** What `read` returns; `undefined` when it rejects as a client is told. */
function unlessRejected<Result>(read: () => Result): Result | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    // RFC 6749 §4.1.2.1: error_description MUST NOT include characters outside of these.
    assert.match(error.message, /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/)
    return undefined
  }
}

test('any authorization request is rejected, or for what the client may have', () => {
  const property = fc.property(parameters, (all) => {
    const request = unlessRejected(() =>
      readAuthorizationRequest(config, client, readParameters(`${new URLSearchParams(all)}`)),
    )
    if (!request) return
    for (const scope of request.scopes) assert.ok(client.scopes.includes(scope), scope)
    for (const resource of request.resources) assert.ok([config.issuer, ...config.resources].includes(resource))
    assert.ok(request.maxAge === undefined || Number.isSafeInteger(request.maxAge))
    assert.ok(request.codeChallenge !== undefined && isCodeChallenge(request.codeChallenge))
    assert.ok(request.prompts.size === 1 || !request.prompts.has('none'))
    assert.ok((request.nonce?.length ?? 0) <= 4096)
  })
  fc.assert(property, { numRuns: 300 })
})

test('any scope and resource is rejected, or some of the allowed ones, each once, and these are read as themselves', () => {
  const property = fc.property(value, fc.array(value, { maxLength: 3 }), (scope, resources) => {
    const scopes = grantScopes(scope, client.scopes, ['me'])
    assert.equal(new Set(scopes).size, scopes?.length ?? 0)
    if (scopes) assert.deepEqual(grantScopes(scopes.join(' '), client.scopes, ['me']), scopes)
    const query = new URLSearchParams(resources.map((resource) => ['resource', resource.toWellFormed()]))
    const read = unlessRejected(() => readResources(config, readParameters(`${query}`)))
    assert.equal(new Set(read).size, read?.length ?? 0)
    for (const resource of read ?? []) assert.ok([config.issuer, ...config.resources].includes(resource))
  })
  fc.assert(property, { numRuns: 300 })
})

const names = ['client_id', 'client_secret', 'client_assertion'] as const
const sentIds = fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] })

test('any client credentials are of one method, or rejected', () => {
  const headers = fc.oneof(
    value,
    value.map((text) => basicOf('app', text.toWellFormed()).authorization),
  )
  const property = fc.property(fc.option(headers, { nil: undefined }), sentIds, (authorization, fields) => {
    const form = new URLSearchParams(Object.entries(fields).map(([name, text = '']) => [name, text.toWellFormed()]))
    const request: Pick<Request, 'header'> = {
      header: (name) => (name === 'authorization' ? authorization : undefined),
    }
    const read = unlessRejected(() => readClientCredentials(request as Request, readParameters(`${form}`)))
    if (read?.method === 'client_secret_basic') assert.ok(!form.get('client_secret') && !form.get('client_assertion'))
    if (read?.method === 'none') assert.equal(read.secret, undefined)
  })
  fc.assert(property, { numRuns: 300 })
})

const unreserved = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~'

test('RFC 7636 §4.1 any text is a verifier only if it has 43 to 128 unreserved characters', () => {
  const texts = fc.oneof(value, fc.string({ unit: fc.constantFrom(...'aZ0-._~+/='), minLength: 40, maxLength: 130 }))
  const property = fc.property(texts, (text) => {
    const isUnreserved = [...text].every((one) => unreserved.includes(one))
    assert.equal(isCodeVerifier(text), isUnreserved && text.length >= 43 && text.length <= 128)
  })
  fc.assert(property, { numRuns: 300 })
})
