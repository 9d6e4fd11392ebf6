/** Checks and reads the claims of a token (RFC 7519 §4.1, RFC 9068 §2.2 and §4). */
import { describeValue } from '../describe.ts'
import { parseScope } from '../scope.ts'
import { mismatch, type TokenRejectionReason } from '../token-rejection.ts'
import { readAudiences } from './audience.ts'
import type { TimeRules } from './claim-times.ts'
import type { TokenType } from './header.ts'
import { type JsonObject, readMember } from './strict-json.ts'

/** What claims are checked against. */
export interface ClaimRules extends TimeRules {
  readonly type: TokenType
  readonly issuer: string | undefined
  /** The spellings of the one audience that `aud` must contain. */
  readonly audiences: readonly string[] | undefined
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
export function requireAudience(claims: JsonObject, rules: ClaimRules): void {
  const audience = readMember(claims, 'aud')
  if (audience === undefined && (rules.type === 'minimal-jwt' || rules.audiences === undefined)) return
  const members = readAudiences(audience)
  // RFC 9068 §4: a token without this audience MUST be rejected. Compared as a whole: no prefix, no pattern, case-sensitive.
  if (members !== undefined && (rules.audiences?.some((spelling) => members.includes(spelling)) ?? true)) return
  const expected = rules.audiences === undefined ? 'strings' : describeValue(rules.audiences[0])
  throw mismatch('audience_mismatch', expected, audience)
}

/** Returns `sub`. */
export function readSubject(claims: JsonObject): string {
  const subject = readIdentifier(claims, 'sub', maxIdLength, 'subject_invalid')
  // RFC 9068 §2.2: sub is REQUIRED.
  if (subject === undefined) throw mismatch('subject_invalid', 'sub', subject)
  return subject
}

/** Returns the tokens of `scope`. */
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
