/**
 * The table of all checks of a token, in their order (RFC 7515 §5.2, RFC 7519 §7.2, RFC 9068 §4): the cheapest first, cryptography
 * after the shape. A verifier stops at the first check that fails; `explain` runs them all.
 */
import { type FitKey, requireAlgorithm, requireKey } from '../keys/verification-key.ts'
import { readExpiry, requireStarted } from './claim-times.ts'
import {
  type ClaimRules,
  readClientId,
  readScopes,
  readSubject,
  readTokenId,
  requireAudience,
  requireIssuer,
} from './claims.ts'
import { expectationOf, readHeader, requireType, type TokenHeader, type TokenType } from './header.ts'
import { decodeJsonPart, requireTokenText, splitToken, type TokenParts } from './jwt.ts'
import { requireSignature } from './signature.ts'
import type { JsonObject } from './strict-json.ts'

/** What each check reads of the token, by the name of the check: a claim, or a part of the token. `unknown` where it only compares. */
export interface Readings {
  readonly length: string
  readonly shape: TokenParts
  readonly header: TokenHeader
  readonly key: FitKey
  readonly algorithm: unknown
  readonly type: unknown
  readonly payload: JsonObject
  readonly signature: unknown
  readonly exp: number
  readonly nbf: unknown
  readonly iat: unknown
  readonly iss: unknown
  readonly aud: unknown
  readonly sub: string
  readonly scope: readonly string[] | undefined
  readonly client_id: string | undefined
  readonly jti: string | undefined
}

export type TokenCheckName = keyof Readings
type ClaimName = 'exp' | 'nbf' | 'iat' | 'iss' | 'aud' | 'sub' | 'scope' | 'client_id' | 'jti'

/** The token, and what the checks so far have read of it. */
export interface TokenReading extends Readings {
  readonly token: string
}

/** What a JWT is checked against, up to its signature. */
export interface SignatureRules {
  readonly maxTokenLength: number
  readonly keys: readonly FitKey[]
  /** As in `requireType`. */
  readonly type: string
  /** Headers that were read before, by their encoded text. */
  readonly knownHeaders?: ReadonlyMap<string, TokenHeader>
}

/** What an access token is checked against. */
export interface TokenRules extends SignatureRules, ClaimRules {
  readonly type: TokenType
}

/** Throws `TokenRejection`, or returns what it read. Uses what the checks before it read. */
type Check<Reading, Rules, Result> = (reading: Reading, rules: Rules) => Result

/** The checks up to the signature, which hold for any JWT. Only the last one returns a promise. */
export const signatureChecks: {
  readonly [Name in Exclude<TokenCheckName, ClaimName>]: Check<TokenReading, SignatureRules, Readings[Name]>
} = {
  length: ({ token }, { maxTokenLength }) => requireTokenText(token, maxTokenLength),
  shape: ({ token }) => splitToken(token),
  header: ({ shape }, { knownHeaders }) => knownHeaders?.get(shape.header) ?? readHeader(shape.header),
  key: ({ header }, { keys }) => requireKey(keys, header.keyId),
  algorithm: ({ header, key }) => requireAlgorithm(key, header.algorithm),
  type: ({ header }, { type }) => requireType(header.members, type),
  payload: ({ shape }) => decodeJsonPart(shape.payload, 'payload_invalid'),
  signature: ({ shape, key, header }) => requireSignature(shape, key, expectationOf(header.members)),
}

/** The checks of what the token says. */
export const claimChecks: {
  readonly [Name in ClaimName]: Check<Pick<Readings, 'payload'>, ClaimRules, Readings[Name]>
} = {
  exp: ({ payload }, rules) => readExpiry(payload, rules),
  nbf: ({ payload }, rules) => requireStarted(payload, 'nbf', rules),
  iat: ({ payload }, rules) => requireStarted(payload, 'iat', rules),
  iss: ({ payload }, rules) => requireIssuer(payload, rules),
  aud: ({ payload }, rules) => requireAudience(payload, rules),
  sub: ({ payload }) => readSubject(payload),
  scope: ({ payload }, rules) => readScopes(payload, rules),
  client_id: ({ payload }) => readClientId(payload),
  jti: ({ payload }) => readTokenId(payload),
}

export const checks: { readonly [Name in TokenCheckName]: Check<TokenReading, TokenRules, Readings[Name]> } = {
  ...signatureChecks,
  ...claimChecks,
}

/** Runs the checks in their order, up to the first that fails. @throws TokenRejection */
export async function runChecks<Rules>(
  token: string,
  rules: Rules,
  list: readonly (readonly [name: string, check: Check<TokenReading, Rules, unknown>])[],
): Promise<TokenReading> {
  // The order of the table guarantees that each member is there before a check uses it.
  const reading = { token } as TokenReading & Record<string, unknown>
  for (const [name, check] of list) {
    const result = check(reading, rules)
    // Waits only for the signature: a promise for each check would cost more than most checks.
    if (result instanceof Promise) await result
    // Also when it is undefined: a polluted Object.prototype must not supply a claim.
    else reading[name] = result
  }
  return reading
}
