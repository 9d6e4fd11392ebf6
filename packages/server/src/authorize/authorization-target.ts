/**
 * The first half of an authorization request: the client, and where its response may go (RFC 6749 §3.1.2.4). Until both are
 * proven, errors are shown to the user and sent nowhere.
 */
import { findClient } from '../clients/find-client.ts'
import type { Context } from '../context.ts'
import type { Client } from '../domain/client.ts'
import { matchesRedirectUri } from '../domain/redirect-uri.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Form } from '../oauth/form.ts'
import { describeDifference } from '../trace/difference.ts'

export interface AuthorizationTarget {
  readonly client: Client
  readonly redirectUri: string
  /** Whether the request named it: the token request must then name it again (RFC 6749 §4.1.3). */
  readonly isRedirectUriGiven: boolean
  readonly responseMode: 'query' | 'form_post'
  readonly state: string | undefined
}

/** Characters. A longer value is rejected, never cut. */
const maxStateLength = 4096

/** @throws OAuthError `invalid_request` that is shown to the user */
export async function readAuthorizationTarget(ctx: Context, parameters: Form): Promise<AuthorizationTarget> {
  const client = await findClient(ctx, parameters.require('client_id'))
  if (!client || client.isDisabled) {
    throw new OAuthError('invalid_request', 'the client is unknown', {
      reason: 'client_unknown',
      expected: 'the client_id of an enabled client',
    })
  }
  const presented = parameters.get('redirect_uri')
  const state = parameters.get('state')
  if (state !== undefined && state.length > maxStateLength) {
    throw new OAuthError('invalid_request', `state is longer than ${maxStateLength} characters`, {
      reason: 'state_too_long',
      expected: `at most ${maxStateLength} characters`,
      received: `${state.length} characters`,
    })
  }
  // RFC 6749 §4.1.2, Appendix A.5: returned exactly as received. A form would change a line break.
  if (state !== undefined && /\p{Cc}/u.test(state)) {
    throw new OAuthError('invalid_request', 'state contains control characters', {
      reason: 'state_malformed',
      expected: 'no control characters',
    })
  }
  return {
    client,
    redirectUri: requireRedirectUri(client, presented),
    isRedirectUriGiven: presented !== undefined,
    responseMode: parameters.get('response_mode') === 'form_post' ? 'form_post' : 'query',
    state,
  }
}

function requireRedirectUri(client: Client, presented: string | undefined): string {
  const [only, ...others] = client.redirectUris
  if (presented === undefined) {
    // RFC 6749 §3.1.2.3: with more than one registered, the request MUST include one.
    if (only !== undefined && others.length === 0) return only
    throw new OAuthError('invalid_request', 'redirect_uri is required', {
      reason: 'redirect_uri_missing',
      expected: 'redirect_uri',
    })
  }
  // RFC 9700 §2.1: exact string matching, but for the port of loopback hosts.
  if (matchesRedirectUri(client, presented)) return presented
  throw new OAuthError('invalid_request', 'redirect_uri is not registered for this client', {
    reason: 'redirect_uri_mismatch',
    expected: client.redirectUris.join(' or '),
    received: describeDifference(client.redirectUris, presented),
  })
}

/** What the user can check about where the response goes: the host, or the scheme of a native app. */
export function clientHost({ redirectUri }: AuthorizationTarget): string {
  const { host, protocol } = new URL(redirectUri)
  return host === '' ? protocol.slice(0, -1) : host
}
