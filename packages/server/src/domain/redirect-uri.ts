/** Where a browser may return to: compared character by character, never after URL parsing (RFC 9700 §2.1). */
import { type Client, isPublic } from './client.ts'

// The hosts of `loopback.ts`. The port has no leading zero; its upper bound is checked in isSame.
const loopback = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost))(?::([1-9]\d{0,4}))?((?:[/?].*)?)$/s

/** Whether `presented` is one of the client's redirect URIs. */
export function matchesRedirectUri(client: Client, presented: string): boolean {
  return client.redirectUris.some((registered) => isSame(client, registered, presented))
}

/**
 * Whether a browser may be sent to `presented` after a logout (OpenID Connect RP-Initiated Logout §3). A native app waits on a
 * loopback port that it does not know in advance: any port is allowed, as for redirect URIs.
 */
export function matchesPostLogoutUri(client: Client, presented: string): boolean {
  return client.postLogoutRedirectUris.some((registered) => isSame(client, registered, presented))
}

/**
 * RFC 8252 §8.6: whether another program on the device can receive the response at `presented`, one of the client's redirect URIs. A
 * loopback port belongs to the program that opens it first, a private-use scheme to any program that registers it.
 */
export function mayBeImitated(client: Client, presented: string): boolean {
  if (!isPublic(client)) return false
  return client.applicationType === 'native' || isPortFree(client, presented) || !/^https?:/.test(presented)
}

/** Whether the port is none that the client registered. A loopback URI without a port registers none, unless the port is fixed. */
function isPortFree({ redirectUris, applicationType }: Client, presented: string): boolean {
  if (!redirectUris.includes(presented)) return true
  const [isOnLoopback, , port] = loopback.exec(presented) ?? []
  return isOnLoopback !== undefined && port === undefined && applicationType !== 'web'
}

function isSame(client: Client, registered: string, presented: string): boolean {
  // RFC 9700 §2.1, RFC 6749 §3.1.2.3: exact string matching.
  if (registered === presented) return true
  // RFC 8252 §7.3: the server MUST allow any port for loopback redirect URIs; RFC 9700 §2.1: of native apps.
  if (client.applicationType === 'web') return false
  const [, origin, , rest] = loopback.exec(registered) ?? []
  const [, presentedOrigin, port, presentedRest] = loopback.exec(presented) ?? []
  if (origin === undefined || origin !== presentedOrigin || rest !== presentedRest) return false
  return port === undefined || Number(port) <= 65_535
}

/**
 * The origins of the client's own scripts, for CORS: those of its redirect URIs. A native app's loopback pages and private-use
 * schemes are not web origins.
 */
export function webOrigins(client: Client): readonly string[] {
  if (client.applicationType === 'native') return []
  const origins = client.redirectUris.filter((uri) => /^https?:/.test(uri)).map((uri) => new URL(uri).origin)
  return [...new Set(origins)]
}
