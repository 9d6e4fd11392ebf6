/** The rules for the options of a client. */
import { isAbsoluteUrl, isSecureAddress } from '../oauth/secure-url.ts'
import type { Rule } from './check-options.ts'
import type { ClientOptions } from './client-options.ts'

const maxTolerance = 60
// RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ), separated by one space each.
const scopeSyntax = /^[!#-[\]-~]+( [!#-[\]-~]+)*$/

const string: Rule = {
  isMet: (value) => typeof value === 'string' && value !== '',
  expected: 'a string that is not empty',
}
// RFC 6749 §3.1.2: an absolute URI without a fragment. A native app may have its own scheme.
const absoluteUrl: Rule = { isMet: isAbsoluteUrl, expected: 'an absolute URL without a fragment' }
const functionRule: Rule = { isMet: (value) => typeof value === 'function', expected: 'a function' }

export const clientRules: { readonly [Option in keyof Required<ClientOptions>]: Rule } = {
  // RFC 8414 §2: a URL that uses the https scheme and has no query or fragment components.
  issuer: {
    isMet: (value) => isSecureAddress(value) && !value.includes('?'),
    expected: 'an https URL (http on loopback) without a fragment or query',
  },
  clientId: string,
  clientSecret: string,
  redirectUri: absoluteUrl,
  postLogoutRedirectUri: absoluteUrl,
  scope: {
    isMet: (value) => typeof value === 'string' && scopeSyntax.test(value),
    expected: 'scopes separated by one space',
  },
  // RFC 8707 §2: an absolute URI without a fragment.
  resource: { isMet: everyOne(isAbsoluteUrl), expected: 'one or more absolute URLs without a fragment' },
  storage: { isMet: isStorage, expected: 'an object with get, set and remove' },
  apis: { isMet: everyOne(isSecureAddress), expected: 'one or more https URLs (http on loopback)' },
  clockTolerance: {
    isMet: (value) => typeof value === 'number' && value >= 0 && value <= maxTolerance,
    expected: `0 to ${maxTolerance} seconds`,
  },
  fetch: functionRule,
  now: functionRule,
}

function everyOne(isMet: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => [value].flat().length > 0 && [value].flat().every(isMet)
}

function isStorage(value: unknown): boolean {
  return ['get', 'set', 'remove'].every((name) => functionRule.isMet(Reflect.get(Object(value), name)))
}
