/** The conformance suite's checks of a discovery document and its keys (OIDC Discovery §3, RFC 8414 §2). */
import assert from 'node:assert/strict'
import { importJWK, type JSONWebKeySet } from 'jose'

type Kind = 'url' | 'strings' | 'locales' | 'boolean'

/** The members that the suite knows, and their types. Any other member is unexpected. */
const known: Readonly<Record<string, Kind>> = {
  issuer: 'url',
  authorization_endpoint: 'url',
  token_endpoint: 'url',
  userinfo_endpoint: 'url',
  jwks_uri: 'url',
  revocation_endpoint: 'url',
  introspection_endpoint: 'url',
  end_session_endpoint: 'url',
  scopes_supported: 'strings',
  response_types_supported: 'strings',
  response_modes_supported: 'strings',
  grant_types_supported: 'strings',
  subject_types_supported: 'strings',
  id_token_signing_alg_values_supported: 'strings',
  token_endpoint_auth_methods_supported: 'strings',
  revocation_endpoint_auth_methods_supported: 'strings',
  introspection_endpoint_auth_methods_supported: 'strings',
  code_challenge_methods_supported: 'strings',
  prompt_values_supported: 'strings',
  acr_values_supported: 'strings',
  claim_types_supported: 'strings',
  claims_supported: 'strings',
  ui_locales_supported: 'locales',
  claims_parameter_supported: 'boolean',
  request_parameter_supported: 'boolean',
  request_uri_parameter_supported: 'boolean',
  authorization_response_iss_parameter_supported: 'boolean',
  backchannel_logout_supported: 'boolean',
  backchannel_logout_session_supported: 'boolean',
  // Our own members. RFC 8414 §2: additional parameters MAY be used.
  revocation_feed_uri: 'url',
  countersign_experimental: 'strings',
}

/** The values that each list must have, at least. */
const required: Readonly<Record<string, readonly string[]>> = {
  scopes_supported: ['openid'],
  response_types_supported: ['code'],
  response_modes_supported: ['query', 'form_post'],
  grant_types_supported: ['authorization_code'],
  subject_types_supported: ['public'],
  // OIDC Discovery §3: the algorithm RS256 MUST be included.
  id_token_signing_alg_values_supported: ['RS256'],
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  code_challenge_methods_supported: ['S256'],
  claims_supported: ['sub', 'iss', 'auth_time', 'acr', 'name', 'email'],
}

const mustBeThere = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'userinfo_endpoint',
  'jwks_uri',
  ...Object.keys(required),
]

export function checkMetadata(metadata: Readonly<Record<string, unknown>>, discoveryUrl: string): void {
  for (const name of mustBeThere) assert.ok(name in metadata, `${name} is missing`)
  // OIDC Discovery §4.3: identical to the issuer that the URL was made from.
  assert.equal(`${metadata['issuer']}/.well-known/openid-configuration`, discoveryUrl)
  for (const [name, value] of Object.entries(metadata)) {
    const kind = known[name]
    assert.ok(kind, `${name} is not known to the suite`)
    checkKind(name, kind, value, new URL(discoveryUrl).origin)
  }
  for (const [name, values] of Object.entries(required)) {
    for (const value of values) assert.ok([metadata[name]].flat().includes(value), `${name} lacks ${value}`)
  }
  // What is not supported must be listed as false: the default of request_uri_parameter_supported is true.
  assert.equal(metadata['request_parameter_supported'], false)
  assert.equal(metadata['request_uri_parameter_supported'], false)
}

function checkKind(name: string, kind: Kind, value: unknown, origin: string): void {
  switch (kind) {
    case 'boolean':
      assert.equal(typeof value, 'boolean', name)
      break
    case 'url':
      assert.ok(typeof value === 'string' && URL.canParse(value), name)
      // The suite requires https. An issuer that is not loopback must have it (RFC 8414 §2).
      assert.equal(new URL(value).origin, origin, name)
      break
    case 'locales':
    case 'strings':
      // RFC 8414 §2: a claim with zero elements MUST be omitted.
      assert.ok(Array.isArray(value) && value.length > 0, name)
      assert.ok(value.every((one) => typeof one === 'string' && /^[\x21-\x7e]+$/.test(one)))
      assert.equal(new Set(value).size, value.length, name)
      if (kind === 'locales') assert.deepEqual(Intl.getCanonicalLocales(value), value)
  }
}

/** The keys are public, each has its own kid, and each can be used (OIDC Core §10.1, RFC 7517 §4). */
export async function checkKeys({ keys }: JSONWebKeySet): Promise<void> {
  assert.ok(keys.length > 0)
  assert.equal(new Set(keys.map(({ kid }) => kid)).size, keys.length)
  assert.ok(keys.some(({ alg }) => alg === 'RS256'))
  for (const key of keys) {
    assert.ok(key.kid)
    assert.equal(key.use, 'sig')
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth']) assert.equal(secret in key, false)
    await importJWK(key)
  }
}
