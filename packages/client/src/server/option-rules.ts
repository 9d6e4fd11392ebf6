/** The rules for the options of a web login: those of a client, and its own. */
import type { JsonObject } from '../oauth/json.ts'
import { isSecureAddress } from '../oauth/secure-url.ts'
import type { Rule } from '../options/check-options.ts'
import { clientRules, httpHostsOf } from '../options/client-rules.ts'
import type { WebLoginOptions } from './options.ts'

/** The end of the path of `redirectUri`. The other routes are beside it. */
export const callbackPath = '/callback'

const minSecretBytes = 32
const tenYears = 10 * 365 * 24 * 60 * 60

const { postLogoutRedirectUri: _replaced, storage, ...shared } = clientRules
const string: Rule = { isMet: (value) => typeof value === 'string', expected: 'a string' }

/** Whether `afterLogin` and `afterLogout` are paths of the app depends on `redirectUri`, and is checked later. */
export const webLoginRules: { readonly [Option in keyof Required<WebLoginOptions>]: Rule } = {
  ...shared,
  redirectUri: {
    isMet: isCallback,
    expected: `an https URL (http on loopback) without query and fragment that ends in ${callbackPath}`,
  },
  // A session identifies the user. Only an ID token does that.
  scope: {
    isMet: (value) => shared.scope.isMet(value) && String(value).split(' ').includes('openid'),
    expected: `${shared.scope.expected}, with openid`,
  },
  cookieSecret: {
    isMet: (value) => (Array.isArray(value) ? value.length > 0 && value.every(isLongEnough) : isLongEnough(value)),
    expected: `one or more strings of at least ${minSecretBytes} bytes: make one with "openssl rand -base64 32"`,
  },
  session: storage,
  sessionLifetime: {
    isMet: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= tenYears,
    expected: 'a whole number of seconds above 0',
  },
  cookieName: {
    isMet: (value) => typeof value === 'string' && /^[\w-]{1,64}$/.test(value),
    expected: '1 to 64 letters, digits, - and _',
  },
  afterLogin: string,
  afterLogout: string,
  onError: { isMet: (value) => typeof value === 'function', expected: 'a function' },
}

function isCallback(value: unknown, options?: JsonObject): boolean {
  return (
    isSecureAddress(value, httpHostsOf(options)) &&
    new URL(value).pathname.endsWith(callbackPath) &&
    !value.includes('?')
  )
}

function isLongEnough(secret: unknown): boolean {
  return typeof secret === 'string' && new TextEncoder().encode(secret).length >= minSecretBytes
}
