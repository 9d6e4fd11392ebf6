/** Normalizes the target URI of a request and of its proof, to compare them (RFC 9449 §4.3, RFC 3986 §6.2.2-6.2.3). */
import { describeValue } from '../describe.ts'
import type { GuardRequest } from '../guard-request.ts'
import { TokenRejection } from '../token-rejection.ts'

// RFC 9110 §4.2.1: a host is required; §4.2.4: no user and password. Not parsed by `URL`, which treats far more texts as equal:
// backslashes, line breaks, 0x7f.1 for 127.0.0.1.
const httpUri = /^(https?):\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{0,5}))?(\/[!-~]*)?$/i

const defaultPorts: ReadonlyMap<string, string> = new Map([
  ['http', '80'],
  ['https', '443'],
])

/** The one spelling of an http(s) URI, without its query and fragment; `undefined` for any other text. */
export function normalizeTarget(uri: string): string | undefined {
  // RFC 9449 §4.3: query and fragment parts are ignored.
  const [, scheme, host, port, path = '/'] = httpUri.exec(withoutQuery(uri)) ?? []
  if (scheme === undefined || host === undefined) return undefined
  // RFC 3986 §6.2.2.1: scheme and host are case-insensitive; the path is case-sensitive.
  const lowerScheme = scheme.toLowerCase()
  // RFC 3986 §6.2.3: an empty port and the scheme's default port equal no port; an empty path equals "/".
  const isDefault = port === undefined || port === '' || port === defaultPorts.get(lowerScheme)
  const origin = `${lowerScheme}://${host.toLowerCase()}${isDefault ? '' : `:${port}`}`
  return origin + removeDotSegments(normalizeEscapes(path))
}

/** Without query and fragment, which may contain what must not be logged. */
export function withoutQuery(uri: string): string {
  return uri.replace(/[?#].*$/s, '')
}

/** Whether "." or ".." is a segment of the path, in any spelling. */
export function hasDotSegments(uri: string): boolean {
  return /\/(\.|%2e){1,2}(\/|$)/i.test(withoutQuery(uri))
}

/** RFC 3986 §6.2.2.1-2: hexadecimal digits are upper case, and unreserved characters are not escaped. "%2F" stays different from "/". */
function normalizeEscapes(path: string): string {
  return path.replace(/%[0-9a-f]{2}/gi, (escaped) => {
    const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
    return /[A-Za-z0-9._~-]/.test(character) ? character : escaped.toUpperCase()
  })
}

/** RFC 3986 §5.2.4, for a path that starts with a slash. Keeps a trailing slash. */
function removeDotSegments(path: string): string {
  const kept: string[] = []
  const segments = path.split('/').slice(1)
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else if (segment !== '.') kept.push(segment)
  }
  const last = segments.at(-1)
  return `/${kept.join('/')}${(last === '.' || last === '..') && kept.length > 0 ? '/' : ''}`
}

/**
 * The target URI of the request, in the spelling of `normalizeTarget`.
 *
 * @param origin where clients reach this API; replaces the origin of the request's URL
 * @throws TokenRejection when no proof can match the URL
 */
export function readTarget(request: GuardRequest, origin: string | undefined): string {
  const sent = withoutQuery(request.url)
  const target = normalizeTarget(
    origin === undefined ? sent : sent.replace(/^https?:\/\/[a-z0-9._:[\]-]*(?=\/|$)/i, origin),
  )
  // Proxies and servers interpret dots differently: a proof for /admin must not pass /files/%2e%2e/admin.
  if (target !== undefined && !hasDotSegments(sent)) return target
  const facts = { expected: 'an absolute http(s) URL without dot segments', received: describeValue(sent) }
  // A relative URL is the fault of the application that calls the guard.
  throw new TokenRejection(/^https?:\/\//i.test(sent) ? 'proof_invalid' : 'verification_failed', facts)
}
