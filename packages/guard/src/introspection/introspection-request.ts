/** Asks an introspection endpoint about a token (RFC 7662 §2.1). */

import type { Issuer } from '../issuer/issuer.ts'
import { isWithin } from '../issuer/kept-fresh.ts'
import { fetchLimited, type LimitedResponse, parseJsonResponse, Unreachable } from '../issuer/limited-fetch.ts'
import { findEndpoint, requestIssuer } from '../issuer/request-issuer.ts'
import type { JsonObject } from '../jwt/strict-json.ts'
import { TokenRejection } from '../token-rejection.ts'
import type { IssuerAccess } from '../token-source.ts'
import type { IntrospectionConfig } from './introspection-options.ts'

/** Who is asked, and how. */
export interface IntrospectionSource {
  /** The endpoint, or the issuer whose metadata name it. */
  readonly endpoint: string | Issuer
  readonly access: IssuerAccess
}

export interface IntrospectionRequest {
  /** Throws TokenRejection `issuer_unavailable` for a moment after no token could be asked about. */
  readonly requireReady: (now: number) => void
  /** Asks about one token. Rejects with TokenRejection `issuer_unavailable`, after `onFailure` was told why. */
  readonly ask: (token: string) => Promise<JsonObject>
}

/** For so long nobody is asked again what could not be answered. Seconds. */
export const pauseAfterFailure = 1
const maxBytes = 64 * 1024
const missing = 'give introspection.endpoint, or leave out introspection to verify JWTs by the keys of the issuer'
/** RFC 7662 §2.3: of the guard's credentials. RFC 9110 §15.6, RFC 6585 §4: of the server. Never of the token that was asked about. */
const ofAnyToken: readonly number[] = [401, 403, 429, 502, 503, 504]

/** Asks as the guard's own client. */
export function createIntrospectionRequest(
  config: IntrospectionConfig,
  { endpoint, access }: IntrospectionSource,
): IntrospectionRequest {
  const headers = {
    authorization: basicCredentials(config),
    'content-type': 'application/x-www-form-urlencoded',
  }
  let failedAt: number | undefined

  async function post(url: string, token: string): Promise<LimitedResponse> {
    // RFC 7662 §2.1: POST, form-encoded; never in the URL, which is written to logs.
    const body = new URLSearchParams({ token, token_type_hint: 'access_token' }).toString()
    const request = { method: 'POST', headers, body, maxBytes, statuses: ofAnyToken } as const
    try {
      return await fetchLimited(access, url, request)
    } catch (error) {
      if (error instanceof Unreachable) failedAt = access.now()
      throw error
    }
  }

  async function ask(token: string): Promise<JsonObject> {
    const url =
      typeof endpoint === 'string'
        ? endpoint
        : await findEndpoint(access, 'introspection', endpoint, 'introspection_endpoint', missing)
    return await requestIssuer(access, 'introspection', url, async () => {
      const { status, text } = await post(url, token)
      if (status !== 200) failedAt = access.now()
      requireAnswered(status)
      return parseJsonResponse(text)
    })
  }

  return {
    requireReady: (now) => {
      if (failedAt === undefined || !isWithin(pauseAfterFailure, failedAt, now)) return
      throw new TokenRejection('issuer_unavailable', {
        expected: 'introspection of the issuer',
        received: 'a failure just now',
      })
    },
    ask,
  }
}

function requireAnswered(status: number): void {
  if (status === 200) return
  // RFC 7662 §2.3: for credentials that do not fit; a token is never refused this way.
  const isRefused = status === 401 || status === 403
  const fix = 'introspection.clientId and clientSecret must be those of a client that may introspect'
  throw new Error(`the answer has the status ${status}${isRefused ? `: ${fix}` : ' instead of 200'}`)
}

/** RFC 6749 §2.3.1: id and secret are form-encoded first, so that a colon in the id does not end it. */
function basicCredentials({ clientId, clientSecret }: IntrospectionConfig): string {
  return `Basic ${btoa(`${formEncode(clientId)}:${formEncode(clientSecret)}`)}`
}

function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice('='.length)
}
