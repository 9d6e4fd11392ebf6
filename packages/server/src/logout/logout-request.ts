/** A client's request to log a user out (OpenID Connect RP-Initiated Logout §2, §3). The address to return to is proven first. */

import { findClient } from '../clients/find-client.ts'
import type { Context } from '../context.ts'
import type { Client } from '../domain/client.ts'
import { matchesPostLogoutUri } from '../domain/redirect-uri.ts'
import { OAuthError } from '../oauth/errors.ts'
import { readParameters } from '../oauth/form.ts'
import { type IdTokenHint, readIdTokenHint } from '../tokens/id-token.ts'
import { describeDifference } from '../trace/difference.ts'

export interface LogoutRequest {
  /** The client that sent the user; `undefined`: no known one. */
  readonly client: Client | undefined
  /** The subject of the client's ID token. */
  readonly hint: IdTokenHint | undefined
  /** Where the browser goes after the logout, with `state`; `undefined`: it stays here. */
  readonly returnTo: string | undefined
}

/** @throws OAuthError `invalid_request` that is shown to the user: nothing is redirected, and nobody is logged out */
export async function readLogoutRequest(ctx: Context, query: string): Promise<LogoutRequest> {
  const parameters = readParameters(query)
  const hint = await readHint(ctx, parameters.get('id_token_hint'))
  const clientId = parameters.get('client_id')
  // §2: with both, the server MUST verify that the client_id is the one the ID token was issued to.
  if (hint && clientId !== undefined && hint.clientId !== clientId) {
    throw new OAuthError('invalid_request', 'id_token_hint was not issued to this client_id', {
      reason: 'id_token_hint_invalid',
      expected: 'the client_id that the ID token was issued to',
    })
  }
  const client = await findEnabled(ctx, clientId ?? hint?.clientId)
  const redirectUri = readRedirectUri(client, parameters.get('post_logout_redirect_uri'))
  return { client, hint, returnTo: redirectUri && withState(redirectUri, parameters.get('state')) }
}

/** §4: an expired ID token is accepted; one that this server did not sign is not. */
async function readHint(ctx: Context, token: string | undefined): Promise<IdTokenHint | undefined> {
  if (token === undefined) return undefined
  const hint = await readIdTokenHint(ctx, token)
  if (hint) return hint
  throw new OAuthError('invalid_request', 'id_token_hint is not an ID token of this server', {
    reason: 'id_token_hint_invalid',
  })
}

/** The user of a client that was disabled or deleted can still log out. */
async function findEnabled(ctx: Context, id: string | undefined): Promise<Client | undefined> {
  const client = id === undefined ? undefined : await findClient(ctx, id)
  return client?.isDisabled ? undefined : client
}

function readRedirectUri(client: Client | undefined, presented: string | undefined): string | undefined {
  // §3: without a hint the server MUST NOT redirect, unless it has other means to know that the address is legitimate.
  if (presented === undefined || !client) return undefined
  // §3: it MUST exactly match a registered one (except for a loopback port), or the server MUST NOT redirect.
  if (matchesPostLogoutUri(client, presented)) return presented
  throw new OAuthError('invalid_request', 'post_logout_redirect_uri is not registered for this client', {
    reason: 'post_logout_uri_mismatch',
    expected: client.postLogoutRedirectUris.join(' or ') || 'none: the client has none registered',
    received: describeDifference(client.postLogoutRedirectUris, presented),
  })
}

/** §3: the server returns `state` as it was sent. */
function withState(uri: string, state: string | undefined): string {
  if (state === undefined) return uri
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state })}`
}
