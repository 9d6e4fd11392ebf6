/** Modules about the responses: the code, the ID token, and parameters that are missing from a request. */
import assert from 'node:assert/strict'
import { parseClientMetadata } from '../../../packages/server/src/clients/parse-metadata.ts'
import { authorize, rejectedAuthorization, requestOf } from '../support/authorization.ts'
import type { Module } from '../support/suite.ts'
import { atHash, flow, redeem } from '../support/tokens.ts'

/** The claims that an ID token may have without a request (`EnsureIdTokenDoesNotContainNonRequestedClaims`). */
const expectedClaims = ['iss', 'sub', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'acr', 'amr', 'at_hash', 'sid']

export const responseModules: readonly Module[] = [
  {
    name: 'oidcc-server',
    run: async (suite) => {
      const { code, accessToken, idToken } = await flow(suite)
      assert.ok(code.length >= 16)
      assert.ok(shannonBits(code) > 96, `the code ${code} is not random enough`)
      assert.equal(idToken.claims['at_hash'], atHash(accessToken))
      const surplus = Object.keys(idToken.claims).filter((name) => !expectedClaims.includes(name))
      assert.deepEqual(surplus, [])
    },
  },
  {
    name: 'oidcc-response-type-missing',
    run: async (suite) => {
      const request = requestOf(suite, suite.clients.client, { response_type: undefined })
      const error = await rejectedAuthorization(suite, request)
      assert.ok(['invalid_request', 'unsupported_response_type'].includes(error), error)
    },
  },
  {
    name: 'oidcc-idtoken-signature',
    run: async (suite) => {
      const { idToken } = await flow(suite)
      assert.ok(idToken.header.kid)
      assert.equal(idToken.header.alg, 'RS256')
    },
  },
  {
    // The suite skips it if `none` is not advertised. Then the server must reject it.
    name: 'oidcc-idtoken-unsigned',
    run: async ({ metadata, clients }) => {
      assert.equal(metadata.id_token_signing_alg_values_supported.includes('none'), false)
      const { client_secret: _secret, ...registration } = clients.client
      const { problems } = parseClientMetadata({ ...registration, id_token_signed_response_alg: 'none' }, {})
      assert.deepEqual(
        problems?.map(({ field }) => field),
        ['id_token_signed_response_alg'],
      )
    },
  },
  {
    name: 'oidcc-ensure-request-without-nonce-succeeds-for-code-flow',
    run: async (suite) => {
      const { idToken } = await flow(suite, suite.clients.client, { nonce: undefined })
      assert.equal('nonce' in idToken.claims, false)
    },
  },
]

/** oidcc-server again, with the secret in the body. The plan has it at a later place. */
export const clientSecretPostModule: Module = {
  name: 'oidcc-server-client-secret-post',
  run: async (suite) => {
    const { client_secret_post: client } = suite.clients
    await flow(suite, client)
    const { code } = await authorize(suite, client)
    const asBasic = await redeem(suite, { ...client, token_endpoint_auth_method: 'client_secret_basic' }, code)
    assert.deepEqual([asBasic.status, asBasic.body['error']], [401, 'invalid_client'])
  },
}

function shannonBits(text: string): number {
  const counts = [...new Set(text)].map((letter) => text.split(letter).length - 1)
  return -counts.reduce((sum, count) => sum + count * Math.log2(count / text.length), 0)
}
