/** Reads the response of an introspection endpoint (RFC 7662 §2.2), as strictly as the claims of a JWT. */
import type { Access } from '../access.ts'
import { describeValue } from '../describe.ts'
import { claimChecks } from '../jwt/checks.ts'
import type { ClaimRules } from '../jwt/claims.ts'
import { freezeJson } from '../jwt/freeze-json.ts'
import { isJsonObject, type JsonObject, readMember } from '../jwt/strict-json.ts'
import { noScopes } from '../scope.ts'
import { mismatch, TokenRejection } from '../token-rejection.ts'

/** @throws TokenRejection when the token does not pass */
export function readIntrospectionResponse(response: JsonObject, rules: ClaimRules): Access {
  // RFC 7662 §2.2: `active` is REQUIRED, a boolean; not the string "true".
  const active = readMember(response, 'active')
  if (active !== true) {
    throw new TokenRejection('token_inactive', { expected: 'active, true', received: describeValue(active) })
  }
  requireAccessToken(response, rules)
  const has = (name: string): boolean => readMember(response, name) !== undefined
  const reading = { payload: response }
  // RFC 7662 §2.2: exp, nbf and iat are OPTIONAL; those that are present are checked.
  const expiresAt = has('exp') ? claimChecks.exp(reading, rules) : undefined
  claimChecks.nbf(reading, rules)
  claimChecks.iat(reading, rules)
  // RFC 7662 §2.2: iss is OPTIONAL. The endpoint belongs to the issuer, or represents it.
  if (has('iss')) claimChecks.iss(reading, rules)
  claimChecks.aud(reading, rules)
  const clientId = claimChecks.client_id(reading, rules)
  return Object.freeze({
    // RFC 7662 §2.2: `sub` is OPTIONAL. The subject of a client's own token is the client (RFC 9068 §2.2).
    subject: clientId !== undefined && !has('sub') ? clientId : claimChecks.sub(reading, rules),
    clientId,
    scopes: claimChecks.scope(reading, rules) ?? noScopes,
    expiresAt,
    tokenId: claimChecks.jti(reading, rules),
    claims: freezeJson(response),
  })
}

/**
 * RFC 7662 §2.1: the hint does not bind the endpoint, which may also answer for refresh tokens; those must not pass. Countersign gives
 * them another `token_type`, Ory Hydra a `token_use`. oidc-provider, Doorkeeper and others omit the `token_type` of refresh tokens;
 * then the audience of this API, which refresh tokens do not have, is what identifies an access token.
 */
function requireAccessToken(response: JsonObject, { audience }: ClaimRules): void {
  const use = readMember(response, 'token_use')
  if (use !== undefined && use !== 'access_token') {
    throw mismatch('type_mismatch', 'token_use access_token', use)
  }
  const type = readMember(response, 'token_type')
  if (type === undefined && audience?.claim === 'aud') return
  // RFC 6749 §5.1: case-insensitive. RFC 6750 §4: Bearer. RFC 9449 §5: DPoP.
  const name = typeof type === 'string' ? type.toLowerCase() : undefined
  if (name === 'dpop') requireKeyBinding(response)
  else if (name !== 'bearer') {
    throw mismatch('type_mismatch', 'token_type Bearer or DPoP', type)
  }
}

/** RFC 9449 §6.2: the response for a bound token has `cnf` with `jkt`. Without it, the token would pass as a Bearer token (§7.2 MUST NOT). */
function requireKeyBinding(response: JsonObject): void {
  const binding = readMember(response, 'cnf')
  const thumbprint = isJsonObject(binding) ? readMember(binding, 'jkt') : undefined
  if (typeof thumbprint === 'string' && thumbprint !== '') return
  throw mismatch('type_mismatch', 'cnf.jkt with token_type DPoP', binding)
}
