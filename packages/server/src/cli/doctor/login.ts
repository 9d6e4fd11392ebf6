/** The whole flow of a user: log in, code, tokens, userinfo, refresh, revocation, logout. */

import { createLocalJWKSet, jwtVerify } from 'jose'
import { countersign } from '../../config/called-as.ts'
import { isPlainObject } from '../../domain/plain-object.ts'
import type { Random } from '../../environment.ts'
import { newPkce, passPages } from '../../user-agent/code-flow.ts'
import type { Page } from '../../user-agent/user-agent.ts'
import { openBrowser } from './browser.ts'
import { type Finding, notesOf, shown } from './finding.ts'
import { jsonIn, type ProbeResponse, requestIdIn, trustedProbe } from './probe.ts'

export interface LoginClient {
  readonly id: string
  readonly redirectUri: string
  readonly isPublic: boolean
}

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** The URL that a client sends its user to. */
export function authorizeUrl(
  base: string,
  client: LoginClient,
  challenge: string,
  random: Random,
  more: object = {},
): string {
  const parameters = new URLSearchParams({
    client_id: client.id,
    redirect_uri: client.redirectUri,
    response_type: 'code',
    scope: 'openid',
    state: random.id(),
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  })
  return `${base}/authorize?${parameters}`
}

const notes = notesOf('login')

/** A step did not work: the finding instead of the remaining steps. */
class StepFailed extends Error {
  readonly fix: string

  constructor(message: string, fix: string) {
    super(message)
    this.fix = fix
  }
}

/** No request leaves where the certificate is not valid. Ends what it began: the tokens are revoked, and the user is logged out. */
export async function tryLogin(
  issuer: string,
  client: LoginClient,
  credentials: Credentials,
  random: Random,
): Promise<readonly Finding[]> {
  try {
    const done = await passThrough(issuer, client, credentials, random)
    return [notes.ok(`${credentials.username} can use: ${done.join(', ')}.`)]
  } catch (error) {
    if (error instanceof StepFailed) return [notes.problem(error.message, error.fix)]
    throw error
  }
}

async function passThrough(
  issuer: string,
  client: LoginClient,
  credentials: Credentials,
  random: Random,
): Promise<readonly string[]> {
  const base = issuer.replace(/\/$/, '')
  const { verifier, challenge } = newPkce(random)
  const { agent } = openBrowser(issuer, client.redirectUri, trustedProbe)
  const page = await passPages(agent, await agent.open(authorizeUrl(base, client, challenge, random)), credentials)
  const code = page.url.startsWith(client.redirectUri) ? new URL(page.url).searchParams.get('code') : null
  if (code === null) throw notLoggedIn(page, issuer)
  const post = (path: string, form: Readonly<Record<string, string>>) =>
    trustedProbe(`${base}${path}`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: client.id, ...form }).toString(),
    })
  const userinfo = (token: string) =>
    trustedProbe(`${base}/userinfo`, { headers: { authorization: `Bearer ${token}` } })

  const exchange = { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri, code_verifier: verifier }
  const tokens = requireOk(await post('/token', exchange), 'The code was not exchanged at /token')
  const idToken = shown(tokens['id_token'])
  await verifyIdToken(idToken, issuer, client.id, await trustedProbe(`${base}/.well-known/jwks.json`))
  const accessToken = shown(tokens['access_token'])
  requireOk(await userinfo(accessToken), '/userinfo rejected the access token')
  const done = ['login', 'code', 'token', 'userinfo']

  const refreshToken = tokens['refresh_token']
  let last = accessToken
  if (typeof refreshToken === 'string') {
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
    last = shown(requireOk(await post('/token', form), 'The refresh token was rejected')['refresh_token'])
    done.push('refresh')
  }
  requireOk(await post('/revoke', { token: last }), '/revoke rejected the token')
  const after = await userinfo(accessToken)
  if (after.status !== 401) {
    throw new StepFailed(
      `/userinfo has status ${after.status} for a revoked token.`,
      'A cache answers in place of Countersign, or not all servers use this database.',
    )
  }
  await agent.open(`${base}/logout?${new URLSearchParams({ id_token_hint: idToken, client_id: client.id })}`)
  const silent = await agent.open(authorizeUrl(base, client, challenge, random, { prompt: 'none' }))
  if (!silent.url.includes('error=login_required')) {
    throw new StepFailed(
      'The session goes on after /logout.',
      'Let the proxy forward /logout with its query and cookies.',
    )
  }
  return [...done, 'revoke', 'logout']
}

function notLoggedIn({ status, url, headers }: Page, issuer: string): StepFailed {
  const { pathname, searchParams } = new URL(url, issuer)
  const id = requestIdIn(headers)
  const error = searchParams.get('error')
  return new StepFailed(
    status === 401
      ? 'The username or the password is not accepted.'
      : `The login ends with ${error ?? `status ${status}`} at ${pathname}.`,
    id === undefined ? 'Try it in a browser.' : `See: ${countersign} why ${id}`,
  )
}

function requireOk(response: ProbeResponse, problem: string): Readonly<Record<string, unknown>> {
  const body = response.body === '' ? {} : jsonIn(response)
  if (response.status === 200 && body !== undefined) return body
  const id = requestIdIn(response.headers)
  const error = body?.['error'] === undefined ? '' : `, ${shown(body['error'])}`
  const fix =
    id === undefined ? 'Let the proxy pass on requests and responses unchanged.' : `See: ${countersign} why ${id}`
  throw new StepFailed(`${problem}: status ${response.status}${error}.`, fix)
}

/** OpenID Connect Core §3.1.3.7: signature, issuer and audience, as the client's library checks them. */
async function verifyIdToken(token: string, issuer: string, audience: string, jwks: ProbeResponse): Promise<void> {
  const keys = jsonIn(jwks)?.['keys']
  const set = createLocalJWKSet({ keys: Array.isArray(keys) ? keys.filter(isPlainObject) : [] })
  await jwtVerify(token, set, { issuer, audience, clockTolerance: 5 }).catch((error: Error) => {
    throw new StepFailed(
      `The ID token is not valid: ${error.message}.`,
      'Check the findings of discovery, jwks and clock.',
    )
  })
}
