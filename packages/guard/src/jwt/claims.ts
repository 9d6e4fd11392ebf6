/** Checks and reads the claims of a token (RFC 7519 §4.1, RFC 9068 §2.2 and §4). */
import { describeValue } from '../describe.ts'
import { isScope, parseScope } from '../scope.ts'
import { mismatch, type TokenRejectionReason } from '../token-rejection.ts'
import { type AudienceClaim, readAudiences } from './audience.ts'
import type { TimeRules } from './claim-times.ts'
import type { TokenType } from './header.ts'
import { type JsonObject, readMember } from './strict-json.ts'

/** What claims are checked against. */
export interface ClaimRules extends TimeRules {
  readonly type: TokenType
  readonly issuer: string | undefined
  /** The claim that names whom a token is for, and the values of which it must contain one. */
  readonly audience: AudienceClaim | undefined
  /** The claim with the scopes; `undefined`: `scope`, or without it `scp`. */
  readonly scopeClaim: string | undefined
}

/** Of `client_id`, which may be the URL of a metadata document, and of `sub`, which is the client id in a token without a user. */
const maxIdLength = 2048
const maxTokenIdLength = 255

/** Rejects a token of another issuer. */
export function requireIssuer(claims: JsonObject, rules: Pick<ClaimRules, 'type' | 'issuer'>): void {
  const issuer = readMember(claims, 'iss')
  // RFC 9068 §2.2: iss is REQUIRED in its tokens; minimal JWTs have none.
  if (issuer === undefined && (rules.type === 'minimal-jwt' || rules.issuer === undefined)) return
  // RFC 9068 §4: iss MUST exactly match the issuer.
  if (typeof issuer === 'string' && (rules.issuer === undefined || issuer === rules.issuer)) return
  const expected = rules.issuer === undefined ? 'a string' : describeValue(rules.issuer)
  throw mismatch('issuer_mismatch', expected, issuer)
}

/** Rejects a token for another resource server. */
export function requireAudience(claims: JsonObject, { type, audience }: ClaimRules): void {
  const { claim = 'aud', values } = audience ?? {}
  const received = readMember(claims, claim)
  if (received === undefined && (values === undefined || (type === 'minimal-jwt' && claim === 'aud'))) return
  const members = readAudiences(received)
  // RFC 9068 §4: a token without this audience MUST be rejected. Compared as a whole: no prefix, no pattern, case-sensitive.
  if (members !== undefined && (values?.some((value) => members.includes(value)) ?? true)) return
  throw mismatch('audience_mismatch', describeAudience(audience), received)
}

/** What `aud`, or the claim in its place, must contain. */
export function describeAudience(audience: AudienceClaim | undefined): string {
  if (audience === undefined) return 'strings'
  const { claim, values } = audience
  return `${claim === 'aud' ? '' : `${claim} `}${describeValue(values[0])}`
}

/** Returns `sub`. */
export function readSubject(claims: JsonObject): string {
  const subject = readIdentifier(claims, 'sub', maxIdLength, 'subject_invalid')
  // RFC 9068 §2.2: sub is REQUIRED.
  if (subject === undefined) throw mismatch('subject_invalid', 'sub', subject)
  return subject
}

/** Returns the scopes. RFC 8693 §4.2: in `scope`, a string of tokens between spaces. Other issuers write them elsewhere, and as an array. */
export function readScopes(claims: JsonObject, { scopeClaim }: ClaimRules): readonly string[] | undefined {
  const value = readMember(claims, scopeClaimOf(claims, scopeClaim))
  if (value === undefined) return undefined
  const isList = Array.isArray(value) && (scopeClaim !== undefined || readMember(claims, 'scope') === undefined)
  const scopes = isList ? readScopeList(value) : typeof value === 'string' ? parseScope(value) : undefined
  if (scopes === undefined) throw mismatch('scope_invalid', 'scope tokens', value)
  return scopes
}

/** The name of the claim that has the scopes of this token. @param scopeClaim as in `ClaimRules` */
export function scopeClaimOf(claims: JsonObject, scopeClaim: string | undefined): string {
  return scopeClaim ?? (readMember(claims, 'scope') === undefined ? 'scp' : 'scope')
}

/** The scopes in a list of texts; `undefined` for any other list. Roles may have names that are no scopes: those grant nothing. */
export function readScopeList(list: readonly unknown[]): readonly string[] | undefined {
  if (!list.every((member) => typeof member === 'string')) return undefined
  return Object.freeze([...new Set(list.filter(isScope))])
}

/** Returns `client_id`. */
export function readClientId(claims: JsonObject): string | undefined {
  return readIdentifier(claims, 'client_id', maxIdLength, 'client_id_invalid')
}

/** Returns `jti`. */
export function readTokenId(claims: JsonObject): string | undefined {
  return readIdentifier(claims, 'jti', maxTokenIdLength, 'token_id_invalid')
}

/** A claim that names something. It becomes a key in databases and logs, so it must be a short, printable, well-formed string. */
function readIdentifier(
  claims: JsonObject,
  name: string,
  maxLength: number,
  invalid: TokenRejectionReason,
): string | undefined {
  const value = readMember(claims, name)
  if (value === undefined) return undefined
  // RFC 7519 §4.1.2, §4.1.7: a string. The number 1 is not the user "1".
  if (typeof value !== 'string' || value === '' || value.length > maxLength || !isPrintable(value)) {
    const expected = `${name}, 1 to ${maxLength} printable characters`
    throw mismatch(invalid, expected, value)
  }
  return value
}

function isPrintable(text: string): boolean {
  return text.isWellFormed() && !/\p{Cc}/u.test(text)
}
