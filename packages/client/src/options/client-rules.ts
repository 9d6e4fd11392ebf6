/** The rules for the options of a client. */
import { type JsonObject, readMember } from '../oauth/json.ts'
import { isAbsoluteUrl, isSecureAddress } from '../oauth/secure-url.ts'
import type { Rule } from './check-options.ts'
import type { ClientOptions } from './client-options.ts'

const maxTolerance = 300
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
    isMet: (value, options) => isSecureAddress(value, httpHostsOf(options)) && !value.includes('?'),
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
  apis: {
    isMet: (value, options) => everyOne((one) => isSecureAddress(one, httpHostsOf(options)))(value),
    expected: 'one or more https URLs (http on loopback)',
  },
  metadataUrl: {
    isMet: (value, options) => isSecureAddress(value, httpHostsOf(options)),
    expected: 'an https URL (http on loopback)',
  },
  unsafeHttpHosts: {
    // Spread, since every() skips holes.
    isMet: (value) => Array.isArray(value) && [...value].every(isHostName),
    expected: "an array of host names in lower case, such as ['keycloak']",
  },
  clockTolerance: {
    isMet: (value) => typeof value === 'number' && value >= 0 && value <= maxTolerance,
    expected: `0 to ${maxTolerance} seconds`,
  },
  fetch: functionRule,
  now: functionRule,
}

/** The option `unsafeHttpHosts`, if it is a list. */
export function httpHostsOf(options: JsonObject = {}): readonly string[] {
  const hosts = readMember(options, 'unsafeHttpHosts')
  return Array.isArray(hosts) ? hosts : []
}

function isHostName(name: unknown): boolean {
  return typeof name === 'string' && URL.canParse(`http://${name}`) && new URL(`http://${name}`).hostname === name
}

function everyOne(isMet: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => [value].flat().length > 0 && [value].flat().every(isMet)
}

function isStorage(value: unknown): boolean {
  return ['get', 'set', 'remove'].every((name) => functionRule.isMet(Reflect.get(Object(value), name)))
}
