/** What a token with a valid signature says, checked and named (RFC 7519 §4.1, RFC 9068 §2.2 and §4). */

import { describeValue } from '../describe.ts'
import { parseScope } from '../scope.ts'
import { mismatch, type TokenRejectionReason } from '../token-rejection.ts'
import { readAudiences } from './audience.ts'
import { readTimes, type TimeRules } from './claim-times.ts'
import { freezeJson } from './freeze-json.ts'
import type { TokenType } from './header.ts'
import { type JsonObject, readMember } from './strict-json.ts'

/** A token that passed every check. Frozen through and through: one object may serve many requests. */
export interface VerifiedToken {
  /** Whom the token speaks for: `sub` (RFC 7519 §4.1.2). */
  readonly subject: string
  /** The granted scopes, each once; `undefined` when the token has no `scope` (RFC 8693 §4.2). */
  readonly scopes: readonly string[] | undefined
  /** The client it was issued to: `client_id` (RFC 8693 §4.3). */
  readonly clientId: string | undefined
  /** Its id, for revocation: `jti` (RFC 7519 §4.1.7). The text of a token is no id: another signature may fit the same token. */
  readonly tokenId: string | undefined
  /** When it ends, in seconds since the epoch: `exp`. */
  readonly expiresAt: number
  /** All claims as signed, without members named `__proto__`. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** What claims are checked against. */
export interface ClaimRules extends TimeRules {
  readonly type: TokenType
  readonly issuer: string | undefined
  /** The spellings of the one audience that `aud` must contain. */
  readonly audiences: readonly string[] | undefined
}

const longestSubject = 255
const longestTokenId = 255
/** A client id may be the URL of a metadata document. */
const longestClientId = 2048

/** Checks the claims at `now` (seconds since the epoch), the times first. */
export function readClaims(claims: JsonObject, rules: ClaimRules, now: number): VerifiedToken {
  const expiresAt = readTimes(claims, rules, now)
  requireIssuer(claims, rules)
  requireAudience(claims, rules)
  return Object.freeze({
    subject: readSubject(claims),
    scopes: readScopes(claims),
    clientId: readClientId(claims),
    tokenId: readTokenId(claims),
    expiresAt,
    claims: freezeJson(claims),
  })
}

/** Refuses a token of another issuer. */
export function requireIssuer(claims: JsonObject, rules: ClaimRules): void {
  const issuer = readMember(claims, 'iss')
  // RFC 9068 §2.2: iss is REQUIRED there; the tutorial's tokens have none.
  if (issuer === undefined && (rules.type === 'tutorial' || rules.issuer === undefined)) return
  // RFC 9068 §4: iss MUST exactly match the issuer.
  if (typeof issuer === 'string' && (rules.issuer === undefined || issuer === rules.issuer)) return
  const expected = rules.issuer === undefined ? 'a string' : describeValue(rules.issuer)
  throw mismatch('issuer_mismatch', expected, issuer)
}

/** Refuses a token for another resource server. */
export function requireAudience(claims: JsonObject, rules: ClaimRules): void {
  const audience = readMember(claims, 'aud')
  if (audience === undefined && (rules.type === 'tutorial' || rules.audiences === undefined)) return
  const members = readAudiences(audience)
  // RFC 9068 §4: a token without this audience MUST be rejected. Compared whole: no prefix, no pattern, no letter case.
  if (members !== undefined && (rules.audiences?.some((spelling) => members.includes(spelling)) ?? true)) return
  const expected = rules.audiences === undefined ? 'strings' : describeValue(rules.audiences[0])
  throw mismatch('audience_mismatch', expected, audience)
}

/** Answers `sub`. */
export function readSubject(claims: JsonObject): string {
  const subject = readIdentifier(claims, 'sub', longestSubject, 'subject_invalid')
  // RFC 9068 §2.2: sub is REQUIRED.
  if (subject === undefined) throw mismatch('subject_invalid', 'sub', subject)
  return subject
}

/** Answers the tokens of `scope`. */
export function readScopes(claims: JsonObject): readonly string[] | undefined {
  const scope = readMember(claims, 'scope')
  if (scope === undefined) return undefined
  // RFC 8693 §4.2: a string of scope tokens between spaces; an array is another format.
  const scopes = typeof scope === 'string' ? parseScope(scope) : undefined
  if (scopes === undefined) {
    throw mismatch('scope_invalid', 'scope tokens', scope)
  }
  return scopes
}

/** Answers `client_id`. */
export function readClientId(claims: JsonObject): string | undefined {
  return readIdentifier(claims, 'client_id', longestClientId, 'client_id_invalid')
}

/** Answers `jti`. */
export function readTokenId(claims: JsonObject): string | undefined {
  return readIdentifier(claims, 'jti', longestTokenId, 'token_id_invalid')
}

/** A claim that names something: it will be a key in tables and logs, so it is a short, printable, well-formed string. */
function readIdentifier(
  claims: JsonObject,
  name: string,
  longest: number,
  invalid: TokenRejectionReason,
): string | undefined {
  const value = readMember(claims, name)
  if (value === undefined) return undefined
  // RFC 7519 §4.1.2, §4.1.7: a string. The number 1 is not the user "1".
  if (typeof value !== 'string' || value === '' || value.length > longest || !isPrintable(value)) {
    const expected = `${name}, 1 to ${longest} printable characters`
    throw mismatch(invalid, expected, value)
  }
  return value
}

function isPrintable(text: string): boolean {
  return text.isWellFormed() && !/\p{Cc}/u.test(text)
}
