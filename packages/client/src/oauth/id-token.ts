/** Checks an ID token that came from the token endpoint (OpenID Connect Core §3.1.3.7). */

import { ClientError, issuerMismatch } from '../errors.ts'
import type { OAuthConfig } from './config.ts'
import { hashText, readBase64url } from './encoding.ts'
import { type JsonObject, parseJsonObject, readMember, readText } from './json.ts'
import type { IdTokenClaims } from './tokens.ts'

/** What an ID token is held against, beside the client's own settings. */
export interface IdTokenExpectation {
  readonly nonce?: string | undefined
  /** Seconds that the log-in may be ago. */
  readonly maxAge?: number | undefined
  /** The user of the tokens that are renewed. */
  readonly subject?: string | undefined
}

/**
 * The signature is not looked at: the token came straight from the issuer over TLS, which stands for it (§3.1.3.7 item 6).
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
  if (parts.length !== 3 || header === undefined || claims === undefined) refuse('it is no signed JWT')
  const algorithm = readText(header, 'alg') ?? 'none'
  // §2: MUST NOT use none, unless the client asked for it when it was registered.
  if (algorithm.toLowerCase() === 'none') refuse('it is not signed')

  const iss = readText(claims, 'iss')
  // Item 2: the issuer MUST exactly match.
  if (iss !== config.issuer) throw issuerMismatch('The ID token is of another issuer', config.issuer, iss)
  const aud = readAudience(claims, config.clientId)
  const { exp, iat } = readTimes(config, claims)
  // §2: REQUIRED, at most 255 ASCII characters. §12.2: MUST be the same when tokens are renewed.
  const sub = readText(claims, 'sub')
  if (sub === undefined || sub.length > 255) refuse('sub must name the user')
  if (expected.subject !== undefined && sub !== expected.subject) refuse('it is of another user than before')

  // Item 11: the nonce MUST be the one that was sent. §12.2: one that is there when tokens are renewed, too.
  const nonce = readMember(claims, 'nonce')
  if (
    expected.nonce !== undefined &&
    nonce !== expected.nonce &&
    !(expected.subject !== undefined && nonce === undefined)
  ) {
    refuse('nonce is not the one of this log-in')
  }
  checkLoginAge(config, claims, expected.maxAge)
  await checkAccessTokenHash(claims, algorithm, accessToken)
  return Object.freeze({ ...claims, iss, sub, aud, exp, iat })
}

function readPart(part: string | undefined): JsonObject | undefined {
  return parseJsonObject(readBase64url(part ?? '') ?? '')
}

function readAudience(claims: JsonObject, clientId: string): string | readonly string[] {
  const audience = [readMember(claims, 'aud')].flat()
  // Item 3: MUST list this client.
  if (!audience.includes(clientId)) refuse('aud is not this client')
  // Items 4 and 5: with other audiences, or if it is there at all, azp must be this client.
  const azp = readMember(claims, 'azp')
  if ((audience.length > 1 || azp !== undefined) && azp !== clientId) refuse('azp is not this client')
  return audience.length === 1 ? clientId : audience.map(String)
}

function readTimes(config: OAuthConfig, claims: JsonObject): { readonly exp: number; readonly iat: number } {
  const exp = readMember(claims, 'exp')
  const iat = readMember(claims, 'iat')
  // Item 9: the time MUST be before exp.
  if (typeof exp !== 'number' || exp <= config.now() - config.clockTolerance) refuse('it expired: check both clocks')
  // Item 10, and §2: REQUIRED.
  if (typeof iat !== 'number' || iat > config.now() + config.clockTolerance)
    refuse('it is issued in the future: check both clocks')
  return { exp, iat }
}

function checkLoginAge(config: OAuthConfig, claims: JsonObject, maxAge: number | undefined): void {
  if (maxAge === undefined) return
  const authTime = readMember(claims, 'auth_time')
  // §3.1.2.1: with max_age, auth_time MUST be there. Item 13: log in again if too much time has gone by.
  if (typeof authTime !== 'number' || authTime < config.now() - maxAge - config.clockTolerance) {
    refuse('auth_time is not within maxAge')
  }
}

async function checkAccessTokenHash(claims: JsonObject, algorithm: string, accessToken: string): Promise<void> {
  const received = readMember(claims, 'at_hash')
  const hash = hashOf(algorithm)
  if (received === undefined || hash === undefined) return
  // §3.1.3.6: the left half of the hash that the algorithm uses.
  if (received !== (await hashText(hash, accessToken, 0.5))) refuse('at_hash is of another access token')
}

/** `undefined` for an algorithm whose hash is not known here: §3.1.3.8 leaves the check of at_hash to the client. */
function hashOf(algorithm: string): string | undefined {
  // RFC 8032 §5.1: Ed25519 uses SHA-512. The names of all others end in the size of theirs.
  const size = /^Ed(DSA|25519)$/.test(algorithm) ? 512 : /(256|384|512)$/.exec(algorithm)?.[0]
  return size && `SHA-${size}`
}

function refuse(fault: string): never {
  throw new ClientError('id_token_invalid', `The ID token is refused: ${fault}`)
}
