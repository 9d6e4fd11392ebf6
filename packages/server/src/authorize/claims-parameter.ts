/** Reads the `claims` parameter (OIDC Core §5.5). */
import { isJsonObject, type JsonObject, parseStrictJson, readMember } from '@countersign/guard/strict-json'
import type { RequestedClaims } from '../domain/grant.ts'
import { OAuthError } from '../oauth/errors.ts'

export interface ClaimsParameter {
  readonly requested: RequestedClaims
  /** The user who must be logged in (§5.5.1 `sub` with a value). */
  readonly subject: string | undefined
  /** The `acr` values of which one is essential (§5.5.1.1); empty when none is. */
  readonly essentialAcr: readonly string[]
}

const noClaims: ClaimsParameter = { requested: { idToken: [], userInfo: [] }, subject: undefined, essentialAcr: [] }

/** `known` are the claims that there are; others are ignored (§5.5). @throws OAuthError `invalid_request` when it is not a JSON object of objects */
export function readClaimsParameter(text: string | undefined, known: readonly string[]): ClaimsParameter {
  if (text === undefined) return noClaims
  const parsed = parseStrictJson(text)
  if (!parsed.ok) throw malformed(anObject, faults[parsed.fault])
  if (!isJsonObject(parsed.value)) throw malformed(anObject, kindOf(parsed.value))
  const idToken = readSection(parsed.value, 'id_token')
  const userInfo = readSection(parsed.value, 'userinfo')
  const subjects = [readValues(idToken, 'sub'), readValues(userInfo, 'sub')].flat()
  if (new Set(subjects).size > 1) throw malformed('one value of sub', `${new Set(subjects).size} values`)
  return {
    requested: { idToken: namesIn(idToken, known), userInfo: namesIn(userInfo, known) },
    subject: subjects[0],
    essentialAcr: isEssential(idToken, 'acr') ? readValues(idToken, 'acr') : [],
  }
}

function readSection(claims: JsonObject, name: string): JsonObject {
  const section = readMember(claims, name) ?? {}
  if (!isJsonObject(section)) throw malformed(`an object as ${name}, such as {"email":null}`, kindOf(section))
  return section
}

function namesIn(section: JsonObject, known: readonly string[]): readonly string[] {
  return known.filter((name) => Object.hasOwn(section, name))
}

/** The requested `value` or `values` of a claim. */
function readValues(section: JsonObject, name: string): readonly string[] {
  const request = readMember(section, name)
  if (!isJsonObject(request)) return []
  const value = readMember(request, 'value')
  const values = readMember(request, 'values')
  return [value, ...(Array.isArray(values) ? values : [])].filter((one) => typeof one === 'string')
}

function isEssential(section: JsonObject, name: string): boolean {
  const request = readMember(section, name)
  return isJsonObject(request) && readMember(request, 'essential') === true
}

const anObject = 'a JSON object, such as {"userinfo":{"email":null}}'

const faults = {
  syntax_error: 'text that is not JSON',
  duplicate_member: 'a member twice',
  too_deep: 'objects or arrays nested too deeply',
} as const

/** The kind alone: the values of claims are about a user. */
function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`
}

function malformed(expected: string, received: string): OAuthError {
  // RFC 6749 §4.1.2.1: error_description MUST NOT include characters outside ASCII.
  return new OAuthError('invalid_request', 'claims must be a JSON object as OpenID Connect Core 5.5 describes', {
    reason: 'claims_malformed',
    expected,
    received,
  })
}
