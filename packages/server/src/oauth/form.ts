/** The form that OAuth endpoints accept (RFC 6749 §3.2, Appendix B), parsed so that duplicates are found. */
import type { Request } from '../request.ts'
import { OAuthError } from './errors.ts'
import type { Reason } from './reasons.ts'

/** Parameters with at most one value each. A parameter without a value counts as omitted. */
export interface Form {
  readonly get: (name: string) => string | undefined
  /** All values of a parameter that may be repeated (RFC 8707 §2 `resource`). */
  readonly getAll: (name: string) => readonly string[]
  /** @throws OAuthError `invalid_request` when the parameter is missing */
  readonly require: (name: string) => string
}

const maxParameters = 100
/** RFC 8707 §2: multiple resource parameters MAY be used. */
const repeatable = 'resource'

/** Reads the body of an OAuth POST. @throws OAuthError `invalid_request`, `unsupported_media_type` */
export function readForm(request: Request): Form {
  if (request.body !== '') requireFormType(request.header('content-type'))
  const values = parseForm(request.body)
  // RFC 6749 §3.2, §2.3.1: parameters belong in the body; credentials must not be in the URI.
  for (const name of parseForm(request.query).keys()) {
    if (isProtocolParameter(name)) {
      throw invalid('parameters must be sent in the request body, not in the URL', 'parameter_in_query')
    }
  }
  return formOf(values)
}

/** Reads parameters from a query string. @throws OAuthError `invalid_request` */
export function readParameters(query: string): Form {
  // RFC 3986 §3.4: a character that a query must not contain would also be wrong in a Location header.
  if (/[^\x21-\x7e]|#/.test(query)) throw invalid('a parameter must be percent-encoded', 'escape_malformed')
  return formOf(parseForm(query))
}

function formOf(values: ReadonlyMap<string, readonly string[]>): Form {
  const getAll = (name: string) => (values.get(name) ?? []).filter((value) => value !== '')
  const get = (name: string) => getAll(name)[0]
  return {
    get,
    getAll,
    require: (name) => {
      const value = get(name)
      if (value === undefined) throw invalid(`${name} is required`, 'parameter_missing', { expected: name })
      return value
    },
  }
}

/** @throws OAuthError `invalid_request` */
export function requireFormType(contentType: string | undefined): void {
  const [type = '', ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  if (type !== 'application/x-www-form-urlencoded') {
    throw invalid('Content-Type must be application/x-www-form-urlencoded', 'content_type_wrong', {
      expected: 'application/x-www-form-urlencoded',
    })
  }
  for (const parameter of parameters) {
    // RFC 6749 Appendix B: the character encoding is UTF-8.
    if (/^charset\s*=/.test(parameter) && !/^charset="?utf-?8"?$/.test(parameter)) {
      throw invalid('charset must be utf-8', 'charset_wrong', { expected: 'utf-8' })
    }
  }
}

function parseForm(text: string): Map<string, readonly string[]> {
  const values = new Map<string, readonly string[]>()
  if (text === '') return values
  if (countPairs(text) > maxParameters) {
    throw invalid(`at most ${maxParameters} parameters may be sent`, 'too_many_parameters')
  }
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals === -1 ? pair : pair.slice(0, equals))
    const value = equals === -1 ? '' : decode(pair.slice(equals + 1))
    // RFC 6749 §3.2: request parameters must not be included more than once.
    if (values.has(name) && name !== repeatable)
      throw invalid('a parameter is included more than once', 'parameter_repeated')
    values.set(name, [...(values.get(name) ?? []), value])
  }
  return values
}

function countPairs(text: string): number {
  let pairs = 1
  for (let at = text.indexOf('&'); at !== -1 && pairs <= maxParameters; at = text.indexOf('&', at + 1)) pairs++
  return pairs
}

/** Decodes one form-urlencoded name or value. @throws OAuthError on malformed escapes, bytes that are not UTF-8, NUL */
function decode(text: string): string {
  const decoded = decoding(text)
  if (decoded instanceof OAuthError) throw decoded
  return decoded
}

/** The same without throwing: the text, or what is wrong with it. */
export function decoding(text: string): string | OAuthError {
  if (/%(?![0-9a-f]{2})/i.test(text)) return invalid('a parameter contains a malformed % escape', 'escape_malformed')
  const decoded = decodeUtf8(text.replaceAll('+', ' '))
  if (decoded === undefined) return invalid('a parameter is not valid UTF-8', 'utf8_malformed')
  return decoded.includes('\0') ? invalid('a parameter contains a NUL character', 'nul_in_parameter') : decoded
}

function decodeUtf8(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    // The escapes are well-formed, so their UTF-8 is wrong: decodeURIComponent can only throw.
    return undefined
  }
}

const protocolParameters = new Set([
  'grant_type',
  'username',
  'password',
  'scope',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'code',
  'code_verifier',
  'redirect_uri',
  'refresh_token',
  'token',
  'response_type',
  'state',
  'nonce',
  'code_challenge',
])

function isProtocolParameter(name: string): boolean {
  return protocolParameters.has(name)
}

function invalid(description: string, reason: Reason, facts?: { expected: string }): OAuthError {
  return new OAuthError('invalid_request', description, { reason, ...facts })
}
