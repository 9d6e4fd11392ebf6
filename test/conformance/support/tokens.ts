/** The second half of a flow: the token request, the checks of the ID token that each module makes, and userinfo. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose'
import type { ClientDeclaration } from '../../../packages/server/src/domain/client-metadata.ts'
import { type Authorized, authorize, encode, type Parameters, redirectUriOf } from './authorization.ts'
import type { Suite } from './suite.ts'

export interface TokenResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

export interface IdToken {
  readonly text: string
  readonly header: JWTHeaderParameters
  readonly claims: JWTPayload
}

/** The result of a flow. */
export interface Tokens extends Authorized {
  readonly response: TokenResponse
  readonly accessToken: string
  readonly idToken: IdToken
}

/** Posts to the token endpoint with the client authentication that is registered. */
export async function callTokenEndpoint(
  { metadata }: Suite,
  client: ClientDeclaration,
  form: Parameters,
): Promise<TokenResponse> {
  const { client_id: id = '', client_secret: secret = '' } = client
  const isPost = client.token_endpoint_auth_method === 'client_secret_post'
  const response = await fetch(metadata.token_endpoint, {
    method: 'POST',
    body: encode({ ...form, ...(isPost && { client_id: id, client_secret: secret }) }),
    headers: isPost
      ? {}
      : { authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}` },
  })
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/)
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
}

export function redeem(
  suite: Suite,
  client: ClientDeclaration,
  code: string,
  more: Parameters = {},
): Promise<TokenResponse> {
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUriOf(client), ...more }
  return callTokenEndpoint(suite, client, form)
}

/** The standard flow: a code, its tokens, a verified ID token, and a userinfo request with the access token. */
export async function flow(
  suite: Suite,
  client: ClientDeclaration = suite.clients.client,
  more: Parameters = {},
  atTokenEndpoint: Parameters = {},
): Promise<Tokens> {
  const authorized = await authorize(suite, client, more)
  const response = await redeem(suite, client, authorized.code, atTokenEndpoint)
  const tokens = await readTokens(suite, client, response, authorized.request['nonce'])
  assert.equal((await callUserinfo(suite, tokens.accessToken)).status, 200)
  return { ...authorized, response, ...tokens }
}

/** The tokens of a successful response (RFC 6749 §5.1). */
export async function readTokens(
  suite: Suite,
  client: ClientDeclaration,
  { status, headers, body }: TokenResponse,
  nonce: string | undefined,
): Promise<Pick<Tokens, 'accessToken' | 'idToken'>> {
  assert.equal(status, 200, JSON.stringify(body))
  assert.match(headers.get('cache-control') ?? '', /no-store/)
  const { access_token: accessToken, token_type: type, expires_in: lifetime, id_token: text } = body
  assert.ok(typeof accessToken === 'string' && /^[\x20-\x7e]+$/.test(accessToken))
  assert.match(String(type), /^bearer$/i)
  assert.ok(Number.isInteger(lifetime) && Number(lifetime) > 0)
  assert.ok(typeof text === 'string')
  return { accessToken, idToken: await verifyIdToken(suite, client, text, nonce) }
}

/** OIDC Core §3.1.3.7, as every module of the suite checks it. */
async function verifyIdToken(
  { metadata, keys, clock }: Suite,
  client: ClientDeclaration,
  text: string,
  nonce: string | undefined,
): Promise<IdToken> {
  const { payload: claims, protectedHeader: header } = await jwtVerify(text, keys, {
    issuer: metadata.issuer,
    audience: client.client_id ?? '',
    requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat'],
    currentDate: new Date(clock.now * 1000),
  })
  assert.equal(claims['nonce'], nonce)
  assert.ok(typeof claims.sub === 'string' && /^[\x20-\x7e]{1,255}$/.test(claims.sub))
  assert.ok(Math.abs(clock.now - (claims.iat ?? 0)) < 300)
  return { text, header, claims }
}

/** OIDC Core §3.1.3.6, for the algorithm of the suite's clients. */
export function atHash(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url')
}

/** Calls userinfo; `init` changes how the token is sent (OIDC Core §5.3.1). */
export function callUserinfo({ metadata }: Suite, accessToken: string, init: RequestInit = {}): Promise<Response> {
  return fetch(metadata.userinfo_endpoint, { headers: { authorization: `Bearer ${accessToken}` }, ...init })
}
