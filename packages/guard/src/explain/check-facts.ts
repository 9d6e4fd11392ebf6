/** What `explain` says about each check of a token: what it depends on, what it expects, and what the token has. */
import { describeValue } from '../describe.ts'
import { checks, type TokenCheckName, type TokenReading } from '../jwt/checks.ts'
import { describeAudience, scopeClaimOf } from '../jwt/claims.ts'
import { readMember } from '../jwt/strict-json.ts'
import type { ExplainConfig } from './explain-settings.ts'

interface CheckFacts {
  /** The checks whose readings it uses. */
  readonly dependsOn: readonly TokenCheckName[]
  readonly needsKeys?: true
  readonly expected: (config: ExplainConfig, reading: TokenReading) => string
  /** What the token has; `undefined` when that was not read. When absent, a token that passes has what is expected. */
  readonly received?: (reading: Partial<TokenReading>, config: ExplainConfig) => string | undefined
  /** Whether there is a setting to compare with. Without one, only the form is checked. */
  readonly isSet?: (config: ExplainConfig) => boolean
}

// An object literal has these names and no others.
export const checkNames: readonly TokenCheckName[] = Object.keys(checks) as TokenCheckName[]

export const checkFacts: Readonly<Record<TokenCheckName, CheckFacts>> = {
  length: {
    dependsOn: [],
    expected: ({ maxTokenLength }) => `at most ${maxTokenLength} characters`,
    // Programs without types may pass something else: then the check says what.
    received: ({ token }) => (typeof token === 'string' ? String(token.length) : undefined),
  },
  shape: { dependsOn: ['length'], expected: () => 'three parts of base64url' },
  header: { dependsOn: ['shape'], expected: () => 'alg, and no crit' },
  key: {
    dependsOn: ['header'],
    needsKeys: true,
    expected: () => 'the kid of a key',
    received: ({ header }) => header && describeValue(header.keyId),
  },
  algorithm: {
    dependsOn: ['header', 'key'],
    needsKeys: true,
    expected: (_, { key }) => key.algorithm,
    received: ({ header }) => header && describeValue(header.algorithm),
  },
  type: {
    dependsOn: ['header'],
    expected: ({ type }) => (type === 'at+jwt' ? 'at+jwt' : 'JWT or none'),
    received: ({ header }) => header && describeValue(readMember(header.members, 'typ')),
  },
  payload: { dependsOn: ['shape'], expected: () => 'a JSON object' },
  signature: {
    dependsOn: ['algorithm', 'payload'],
    needsKeys: true,
    expected: (_, { key }) => `${key.algorithm} by that key`,
  },
  exp: claim('exp', ({ time }) => `exp after ${time}`),
  nbf: claim('nbf', ({ time, clockTolerance }) => `none, or up to ${time + clockTolerance}`),
  iat: claim('iat', ({ time, clockTolerance }) => `none, or up to ${time + clockTolerance}`),
  iss: {
    ...claim('iss', ({ issuer }) => describeValue(issuer)),
    isSet: ({ issuer }) => issuer !== undefined,
  },
  aud: {
    dependsOn: ['payload'],
    expected: ({ audience }) => describeAudience(audience),
    received: (reading, { audience, time }) => describeClaim(reading, audience?.claim ?? 'aud', time),
    isSet: ({ audience }) => audience !== undefined,
  },
  sub: claim('sub', () => 'a short printable text'),
  scope: {
    dependsOn: ['payload'],
    expected: () => 'none, or scope tokens',
    received: ({ payload }, { scopeClaim, time }) =>
      payload && describeClaim({ payload }, scopeClaimOf(payload, scopeClaim), time),
  },
  client_id: claim('client_id', () => 'none, or a printable text'),
  jti: claim('jti', () => 'none, or a short printable text'),
}

function claim(name: TokenCheckName, expected: CheckFacts['expected']): CheckFacts {
  return { dependsOn: ['payload'], expected, received: (reading, { time }) => describeClaim(reading, name, time) }
}

/** The number of shown members of an array such as `aud`. */
const maxShown = 4

/** The claim in a few words; for a time also its distance from the time of the check. */
function describeClaim({ payload }: Partial<TokenReading>, name: string, now: number): string | undefined {
  if (payload === undefined) return undefined
  const value = readMember(payload, name)
  if (typeof value === 'number') {
    const seconds = Math.abs(Math.round(value - now))
    return `${value}, ${value < now ? `${seconds} s ago` : `in ${seconds} s`}`
  }
  return Array.isArray(value) ? value.slice(0, maxShown).map(describeValue).join(', ') : describeValue(value)
}
