/** Reads what an introspection endpoint says of a token (RFC 7662 §2.2), as strictly as what a JWT says of itself. */
import type { Access } from '../access.ts'
import { describeValue } from '../describe.ts'
import { readExpiry, requireStarted } from '../jwt/claim-times.ts'
import {
  type ClaimRules,
  readClientId,
  readScopes,
  readSubject,
  readTokenId,
  requireAudience,
  requireIssuer,
} from '../jwt/claims.ts'
import { freezeJson } from '../jwt/freeze-json.ts'
import { isJsonObject, type JsonObject, readMember } from '../jwt/strict-json.ts'
import { noScopes } from '../scope.ts'
import { mismatch, TokenRejection } from '../token-rejection.ts'

/** Checks the answer at `now` (seconds since the epoch). Throws `TokenRejection` or `TokenRejection` when the token does not pass. */
export function readIntrospectionResponse(answer: JsonObject, rules: ClaimRules, now: number): Access {
  // RFC 7662 §2.2: `active` is REQUIRED, a boolean. The text "true" is none.
  const active = readMember(answer, 'active')
  if (active !== true) {
    throw new TokenRejection('token_inactive', { expected: 'active, true', received: describeValue(active) })
  }
  requireAccessToken(answer, rules)
  // RFC 7662 §2.2: exp, nbf and iat are OPTIONAL; what is said holds.
  const expiresAt = readMember(answer, 'exp') === undefined ? undefined : readExpiry(answer, rules, now)
  requireStarted(answer, 'nbf', rules, now)
  requireStarted(answer, 'iat', rules, now)
  // RFC 7662 §2.2: iss is OPTIONAL. Who was asked is the issuer, or answers for it.
  if (readMember(answer, 'iss') !== undefined) requireIssuer(answer, rules)
  requireAudience(answer, rules)
  const clientId = readClientId(answer)
  return Object.freeze({
    subject: readSubjectOr(clientId, answer),
    clientId,
    scopes: readScopes(answer) ?? noScopes,
    expiresAt,
    tokenId: readTokenId(answer),
    claims: freezeJson(answer),
  })
}

/**
 * RFC 7662 §2.1: the hint does not bind the endpoint, which may answer for a refresh token as well: that opens nothing.
 * Countersign calls it by another `token_type`, Ory Hydra by its `token_use`. oidc-provider, Doorkeeper and others leave out the
 * `token_type` of one; then it takes the audience of this API, which refresh tokens do not have, to tell an access token.
 */
function requireAccessToken(answer: JsonObject, { audiences }: ClaimRules): void {
  const use = readMember(answer, 'token_use')
  if (use !== undefined && use !== 'access_token') {
    throw mismatch('type_mismatch', 'token_use access_token', use)
  }
  const type = readMember(answer, 'token_type')
  if (type === undefined && audiences !== undefined) return
  // RFC 6749 §5.1: letter case does not count. RFC 6750 §4: Bearer. RFC 9449 §5: DPoP.
  const name = typeof type === 'string' ? type.toLowerCase() : undefined
  if (name === 'dpop') requireKeyBinding(answer)
  else if (name !== 'bearer') {
    throw mismatch('type_mismatch', 'token_type Bearer or DPoP', type)
  }
}

/** RFC 9449 §6.2: an answer about a bound token has `cnf` with `jkt`. Without, it would pass as a Bearer token (§7.2 MUST NOT). */
function requireKeyBinding(answer: JsonObject): void {
  const binding = readMember(answer, 'cnf')
  const thumbprint = isJsonObject(binding) ? readMember(binding, 'jkt') : undefined
  if (typeof thumbprint === 'string' && thumbprint !== '') return
  throw mismatch('type_mismatch', 'cnf.jkt with token_type DPoP', binding)
}

/** RFC 7662 §2.2: `sub` is OPTIONAL. A token that a client got for itself speaks for the client (RFC 9068 §2.2). */
function readSubjectOr(clientId: string | undefined, answer: JsonObject): string {
  if (readMember(answer, 'sub') === undefined && clientId !== undefined) return clientId
  return readSubject(answer)
}
