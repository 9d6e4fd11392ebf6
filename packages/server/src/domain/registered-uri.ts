/** Which URIs a client may be registered with (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1, OIDC RP-Initiated Logout §3.1). */
import { loopbackHosts } from './loopback.ts'

const maxUriLength = 2048

/**
 * Schemes that run scripts, read files, show a browser's own pages or speak another protocol. What follows them could run with the rights of
 * a page, or the response could leave the device (RFC 8252 §8.4).
 */
const reservedSchemes = new Set(
  (
    'about afp android-app blob brave chrome chrome-error chrome-extension chrome-search chrome-untrusted cid cifs content data ' +
    'devtools dict dns edge feed file filesystem firefox ftp ftps gopher hcp iexplore imap intent intents irc ircs its jar javascript ' +
    'jscript ldap ldaps livescript magnet mailto mhtml microsoft-edge mid mk mms mocha moz-extension moz-icon ms-cxh ms-cxh-full ' +
    'ms-its ms-msdt ms-officecmd ms-settings netdoc news nfs nntp opera rdp res resource rtsp safari-extension safari-web-extension ' +
    'search-ms sftp shell sip sips smb sms smsto smtp snews ssh tel telnet tftp urn vbs vbscript view-source vivaldi vnc wais webcal ' +
    'ws wss wyciwyg x-javascript xmpp'
  ).split(' '),
)

/**
 * Why no browser can be sent to `uri` after a login or a logout, as the words that follow its name; `undefined` when one can.
 * `httpHosts`: hosts off loopback that may have http.
 */
export function redirectUriProblem(
  uri: string,
  applicationType: 'web' | 'native' | undefined,
  httpHosts: readonly string[] = [],
): string | undefined {
  const problem = characterProblem(uri)
  if (problem) return problem
  // RFC 6749 §3.1.2: the endpoint URI MUST NOT include a fragment component.
  if (uri.includes('#')) return 'must not have a fragment (#)'
  if (/^https?:/i.test(uri)) return hostProblem(uri, httpHosts)
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]
  if (scheme === undefined) return 'must be absolute, such as https://app.example.com/callback'
  // Such as localhost:3000/callback, which is the scheme `localhost:` to a browser.
  if (/^[a-z0-9.-]+:\d+(?:[/?]|$)/i.test(uri)) return 'must begin with https://, or with http:// on a loopback host'
  if (reservedSchemes.has(scheme.toLowerCase()))
    return `must not have the scheme ${scheme.toLowerCase()}:, which belongs to no app`
  // RFC 8252 §7.1: private-use schemes are for apps on a device.
  if (applicationType !== 'native') return 'with a private-use scheme needs application_type native'
  return URL.canParse(uri) ? undefined : 'must be a URI, such as com.example.app:/callback'
}

/** The parameters of authorization responses (RFC 6749 §4.1.2 and §4.1.2.1, RFC 9207 §2, OIDC Session Management §2). */
const responseParameters = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'session_state']

/** Why a response to `uri` could be read in two ways, as the words that follow its name; `undefined` when it cannot. */
export function responseParameterProblem(uri: string): string | undefined {
  const [, query] = /\?([^#]*)/.exec(uri) ?? []
  // RFC 6749 §3.1: parameters MUST NOT be included more than once, and the response adds these to the query (§3.1.2).
  const taken = [...new URLSearchParams(query).keys()].find((name) => responseParameters.includes(name))
  return taken === undefined ? undefined : `must not have ${taken} in its query: the response adds this parameter`
}

/** Why the server cannot post to `uri`, as the words that follow its name; `undefined` when it can. */
export function endpointUriProblem(uri: string): string | undefined {
  // OIDC Back-Channel Logout §2.2: the URI MUST NOT include a fragment component.
  return uri.includes('#') ? 'must not have a fragment (#)' : webUriProblem(uri)
}

/** Why `uri` cannot be a client's page, as the words that follow its name; `undefined` when it can. */
export function webUriProblem(uri: string): string | undefined {
  return characterProblem(uri) ?? hostProblem(uri, [])
}

/** Why `uri` cannot be compared character by character, as the words that follow its name; `undefined` when it can. */
export function characterProblem(uri: string): string | undefined {
  if (uri.length > maxUriLength) return `must have at most ${maxUriLength} characters`
  // Browsers remove or rewrite these characters, and would visit another address than the one that was compared.
  if (!/^[\x21-\x7e]+$/.test(uri) || /[\\"<>^`{|}]/.test(uri)) {
    return 'must not contain spaces, control characters, \\, quotes, brackets or letters outside ASCII: percent-encode them'
  }
  return undefined
}

function hostProblem(uri: string, httpHosts: readonly string[]): string | undefined {
  const [, scheme, authority] = /^(https?):\/\/([^/?#]+)/.exec(uri) ?? []
  if (authority === undefined) return 'must begin with https:// and a host'
  if (authority.includes('@')) return 'must not contain credentials (@)'
  if (authority.includes('*')) return 'must not have a wildcard (*) in its host'
  const [, host] = /^([\w.-]+|\[[0-9a-f:.]+\])(?::[1-9]\d{0,4})?$/i.exec(authority) ?? []
  if (host === undefined || !URL.canParse(uri)) return 'must have a host name, and a port, if any, from 1 to 65535'
  // RFC 8252 §8.3 and §7.3: plain http is for loopback hosts.
  if (scheme === 'http' && ![...loopbackHosts, ...httpHosts].includes(host)) {
    return 'must begin with https:// (http is allowed for 127.0.0.1, [::1] and localhost, and in development for unsafeHttpHosts)'
  }
  return undefined
}
