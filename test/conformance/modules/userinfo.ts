/** Modules about userinfo: the ways to call it, and the claims that scopes and the `claims` parameter add (OIDC Core §5). */
import assert from 'node:assert/strict'
import { codeOf, type Parameters, requestOf, visit } from '../support/authorization.ts'
import type { Module, Suite } from '../support/suite.ts'
import { callUserinfo, flow, readTokens, redeem } from '../support/tokens.ts'

/** OIDC Core §5.4, with the type of each claim (§5.1). */
const claimsOfScope = {
  profile: {
    name: 'string',
    given_name: 'string',
    family_name: 'string',
    middle_name: 'string',
    nickname: 'string',
    preferred_username: 'string',
    profile: 'string',
    picture: 'string',
    website: 'string',
    gender: 'string',
    birthdate: 'string',
    zoneinfo: 'string',
    locale: 'string',
    updated_at: 'number',
  },
  email: { email: 'string', email_verified: 'boolean' },
  address: { address: 'object' },
  phone: { phone_number: 'string', phone_number_verified: 'boolean' },
} as const

const everyType: Readonly<Record<string, string>> = Object.assign({ sub: 'string' }, ...Object.values(claimsOfScope))

export const userinfoModules: readonly Module[] = [
  { name: 'oidcc-userinfo-get', run: (suite) => checkCall(suite, (token) => callUserinfo(suite, token)) },
  {
    name: 'oidcc-userinfo-post-header',
    run: (suite) =>
      checkCall(suite, (token) =>
        callUserinfo(suite, token, { method: 'POST', headers: { authorization: `Bearer ${token}` } }),
      ),
  },
  {
    name: 'oidcc-userinfo-post-body',
    run: (suite) =>
      checkCall(suite, (token) =>
        callUserinfo(suite, token, { method: 'POST', headers: {}, body: new URLSearchParams({ access_token: token }) }),
      ),
  },
]

export const scopeModules: readonly Module[] = [
  scopeModule('oidcc-scope-profile', 'openid profile'),
  scopeModule('oidcc-scope-email', 'openid email'),
  scopeModule('oidcc-scope-address', 'openid address'),
  scopeModule('oidcc-scope-phone', 'openid phone'),
  scopeModule('oidcc-scope-all', 'openid email phone address profile'),
  {
    // The order of scopes and of parameters does not matter (RFC 6749 §3.3).
    name: 'oidcc-alternate-happy-flow',
    run: async (suite) => {
      const { client } = suite.clients
      const usual = Object.entries(requestOf(suite, client, { scope: 'email openid' }))
      const request: Parameters = Object.fromEntries(usual.toReversed())
      const { page } = await visit(suite, request)
      const response = await redeem(suite, client, codeOf(suite, request, page))
      const { accessToken } = await readTokens(suite, client, response, request['nonce'])
      await checkClaims(await callUserinfo(suite, accessToken), 'openid email')
    },
  },
]

export const claimsEssentialModule: Module = {
  name: 'oidcc-claims-essential',
  run: async (suite) => {
    const claims = JSON.stringify({ userinfo: { name: { essential: true } } })
    const { accessToken, idToken } = await flow(suite, suite.clients.client, { claims })
    const info = await checkClaims(await callUserinfo(suite, accessToken), 'openid')
    assert.ok(info['name'])
    assert.equal('name' in idToken.claims, false)
  },
}

async function checkCall(suite: Suite, call: (accessToken: string) => Promise<Response>): Promise<void> {
  const { accessToken, idToken } = await flow(suite)
  const info = await checkClaims(await call(accessToken), 'openid')
  assert.equal(info['sub'], idToken.claims.sub)
}

function scopeModule(name: string, scope: string): Module {
  return {
    name,
    run: async (suite) => {
      for (const one of scope.split(' ')) assert.ok(suite.metadata.scopes_supported.includes(one))
      const { accessToken, idToken } = await flow(suite, suite.clients.client, { scope })
      const info = await checkClaims(await callUserinfo(suite, accessToken), scope)
      assert.equal(info['sub'], idToken.claims.sub)
    },
  }
}

/** All claims of the scopes are present, and each claim conforms to OIDC Core §5.1. */
async function checkClaims(response: Response, scope: string): Promise<Readonly<Record<string, unknown>>> {
  assert.equal(response.status, 200)
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/)
  const info: Record<string, unknown> = JSON.parse(await response.text())
  for (const [name, value] of Object.entries(info)) {
    assert.equal(typeof value, everyType[name], name)
    assert.notEqual(value, '')
  }
  for (const [name, claims] of Object.entries(claimsOfScope)) {
    if (!scope.split(' ').includes(name)) continue
    for (const claim of Object.keys(claims)) assert.ok(claim in info, `${claim} is missing`)
  }
  assert.ok(info['sub'])
  // Seconds, not milliseconds; `OIDCC-5.1`.
  if ('updated_at' in info) assert.ok(Number(info['updated_at']) < 10_000_000_000)
  return info
}
