/** Modules about exchanges at the token endpoint: reuse of codes, refresh tokens, PKCE. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { ClientDeclaration } from '../../../packages/server/src/domain/client-metadata.ts'
import { randomText } from '../support/authorization.ts'
import type { Module, Suite } from '../support/suite.ts'
import { callTokenEndpoint, callUserinfo, flow, readTokens, redeem, type TokenResponse } from '../support/tokens.ts'

export const codeReuseModules: readonly Module[] = [
  {
    name: 'oidcc-codereuse',
    run: async (suite) => {
      const { code } = await flow(suite)
      checkInvalidGrant(await redeem(suite, suite.clients.client, code))
    },
  },
  {
    name: 'oidcc-codereuse-30seconds',
    run: async (suite) => {
      const { code, accessToken } = await flow(suite)
      suite.clock.now += 30
      checkInvalidGrant(await redeem(suite, suite.clients.client, code))
      // RFC 6749 §4.1.2: the tokens that were issued for the code SHOULD be revoked.
      assert.equal((await callUserinfo(suite, accessToken)).status, 401)
    },
  },
]

export const refreshTokenModule: Module = {
  name: 'oidcc-refresh-token',
  run: async (suite) => {
    const { client, client2 } = suite.clients
    await refreshed(suite, client)
    const ofClient2 = await refreshed(suite, client2)
    const form = { grant_type: 'refresh_token', refresh_token: ofClient2, scope: 'openid offline_access' }
    checkInvalidGrant(await callTokenEndpoint(suite, client, form))
  },
}

export const pkceModule: Module = {
  name: 'oidcc-ensure-request-with-valid-pkce-succeeds',
  run: async (suite) => {
    const verifier = randomText(43)
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const atAuthorize = { code_challenge: challenge, code_challenge_method: 'S256' }
    await flow(suite, suite.clients.client, atAuthorize, { code_verifier: verifier })
  },
}

/** Logs in for offline access and refreshes once. Returns the current refresh token. */
async function refreshed(suite: Suite, client: ClientDeclaration): Promise<string> {
  const scope = 'openid offline_access'
  const { response, idToken, accessToken } = await flow(suite, client, { scope, prompt: 'consent' })
  const previous = readRefreshToken(response)
  suite.clock.now += 1
  const form = { grant_type: 'refresh_token', refresh_token: previous }
  // The suite sends the scope only for its first client.
  const isFirst = client === suite.clients.client
  const next = await callTokenEndpoint(suite, client, { ...form, ...(isFirst && { scope }) })
  const renewed = await readTokens(suite, client, next, undefined)
  assert.equal((await callUserinfo(suite, renewed.accessToken)).status, 200)
  assert.notEqual(renewed.accessToken, accessToken)
  // OIDC Core §12.2: these claims are the same in both ID tokens.
  for (const name of ['iss', 'sub', 'aud', 'auth_time', 'azp']) {
    assert.deepEqual(renewed.idToken.claims[name], idToken.claims[name], name)
  }
  assert.notEqual(renewed.idToken.claims.iat, idToken.claims.iat)
  return readRefreshToken(next)
}

function readRefreshToken({ body }: TokenResponse): string {
  const { refresh_token: token } = body
  assert.ok(typeof token === 'string' && /^[\x20-\x7e]{16,}$/.test(token))
  return token
}

function checkInvalidGrant({ status, body }: TokenResponse): void {
  assert.deepEqual([status, body['error']], [400, 'invalid_grant'])
  assert.match(String(body['error_description']), /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
  assert.ok(URL.canParse(String(body['error_uri'])))
}
