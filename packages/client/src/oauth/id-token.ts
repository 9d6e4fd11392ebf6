/** Checks an ID token that came from the token endpoint (OpenID Connect Core §3.1.3.7). */
import { ClientError, issuerMismatch } from '../errors.ts'
import type { OAuthConfig } from './config.ts'
import { fromBase64url, hashText } from './encoding.ts'
import { type JsonObject, parseJsonObject, readMember, readText } from './json.ts'
import type { IdTokenClaims } from './tokens.ts'

/** What an ID token is compared with, beside the client's config. */
export interface IdTokenExpectation {
  readonly nonce?: string | undefined
  /** How old the login may be, in seconds. */
  readonly maxAge?: number | undefined
  /** The user whose tokens are renewed. */
  readonly subject?: string | undefined
  /** The issuer's clock at its response, in seconds since the epoch; NaN when it does not show it. */
  readonly date?: number
}

/**
 * The signature is not checked: the token came directly from the issuer over TLS, which may take its place (§3.1.3.7 item 6).
 *
 * @throws ClientError with the code `id_token_invalid`, or `issuer_mismatch`
 */
export async function readIdToken(
  config: OAuthConfig,
  idToken: string,
  accessToken: string,
  expected: IdTokenExpectation,
): Promise<IdTokenClaims> {
  const parts = idToken.split('.')
  const header = readPart(parts[0])
  const claims = readPart(parts[1])
  // RFC 7515 §7.1: three parts in base64url.
  if (parts.length !== 3 || !header || !claims || !fromBase64url(parts[2] ?? '')?.length)
    reject('it is not a signed JWT')
  const algorithm = readText(header, 'alg') ?? 'none'
  // §2: MUST NOT use none, unless the client requested it at registration.
  if (algorithm.toLowerCase() === 'none') reject('it is not a signed JWT')

  const iss = readText(claims, 'iss')
  // Item 2: the issuer MUST exactly match.
  if (iss !== config.issuer) throw issuerMismatch('The ID token is from another issuer', config.issuer, iss)
  const aud = readAudience(claims, config.clientId)
  const { exp, iat } = readTimes(config, claims, expected)
  // §2: REQUIRED, at most 255 ASCII characters. §12.2: MUST be the same after a renewal.
  const sub = readText(claims, 'sub')
  if (sub === undefined || sub.length > 255) reject('sub must name the user')
  if (expected.subject !== undefined && sub !== expected.subject) reject('sub is not the same user')

  // Item 11: the nonce MUST be the one that was sent. §12.2: after a renewal it may be absent.
  const nonce = readMember(claims, 'nonce')
  if (
    expected.nonce !== undefined &&
    nonce !== expected.nonce &&
    !(expected.subject !== undefined && nonce === undefined)
  ) {
    reject('nonce is not the one of this login')
  }
  await checkAccessTokenHash(claims, algorithm, accessToken)
  return Object.freeze({ ...claims, iss, sub, aud, exp, iat })
}

function readPart(part: string | undefined): JsonObject | undefined {
  try {
    return parseJsonObject(new TextDecoder('utf-8', { fatal: true }).decode(fromBase64url(part ?? '')))
  } catch {
    // This is how the decoder reports bytes that are not UTF-8.
    return undefined
  }
}

function readAudience(claims: JsonObject, clientId: string): string | readonly string[] {
  const audience = [readMember(claims, 'aud')].flat()
  // Item 3: MUST list this client.
  if (!audience.includes(clientId)) reject('aud is not this client')
  // Items 4 and 5: azp must be this client if it is present, and it must be present if there are other audiences.
  const azp = readMember(claims, 'azp')
  if ((audience.length > 1 || azp !== undefined) && azp !== clientId) reject('azp is not this client')
  return audience.length === 1 ? clientId : audience.map(String)
}

/**
 * By this machine's clock, or by the issuer's if this one is wrong: the token came from the issuer a moment ago. Where the issuer's is not
 * known, the token's own `iat` is its time.
 */
function readTimes(
  { now, clockTolerance }: OAuthConfig,
  claims: JsonObject,
  { date, maxAge }: IdTokenExpectation,
): { readonly exp: number; readonly iat: number } {
  const exp = readMember(claims, 'exp')
  const iat = readMember(claims, 'iat')
  // §2: both are REQUIRED. Items 9 and 10: the time MUST be before exp, and is not before iat.
  if (
    typeof exp !== 'number' ||
    typeof iat !== 'number' ||
    !(exp < Infinity && iat >= 0) ||
    ![now(), date || iat].some((time) => exp > time - clockTolerance && iat <= time + clockTolerance)
  ) {
    reject('exp or iat is wrong: check both clocks')
  }
  if (maxAge !== undefined) {
    const authTime = readMember(claims, 'auth_time')
    // §3.1.2.1: with max_age, auth_time MUST be present. Item 13: the user must log in again if too much time has passed, by the issuer's clock.
    if (typeof authTime !== 'number' || authTime < iat - maxAge - clockTolerance)
      reject('auth_time is not within maxAge')
  }
  return { exp, iat }
}

async function checkAccessTokenHash(claims: JsonObject, algorithm: string, accessToken: string): Promise<void> {
  const received = readMember(claims, 'at_hash')
  const hash = hashOf(algorithm)
  if (received === undefined || hash === undefined) return
  // §3.1.3.6: the left half of the hash that the algorithm uses.
  if (received !== (await hashText(hash, accessToken, 0.5))) reject('at_hash is of another access token')
}

/** `undefined` for an algorithm whose hash is not known here: §3.1.3.8 leaves the check of at_hash to the client. */
function hashOf(algorithm: string): string | undefined {
  // RFC 8032 §5.1: Ed25519 uses SHA-512. The names of all others end in the size of theirs.
  const size = /^Ed(DSA|25519)$/.test(algorithm) ? 512 : /(256|384|512)$/.exec(algorithm)?.[0]
  return size && `SHA-${size}`
}

function reject(fault: string): never {
  throw new ClientError('id_token_invalid', `The ID token is rejected: ${fault}`)
}
