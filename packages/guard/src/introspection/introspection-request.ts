/** Sends tokens to an introspection endpoint (RFC 7662 §2.1). */

import type { Issuer } from '../issuer/issuer.ts'
import { isWithin } from '../issuer/kept-fresh.ts'
import { fetchLimited, type LimitedResponse, parseJsonResponse, Unreachable } from '../issuer/limited-fetch.ts'
import { findEndpoint, requestIssuer } from '../issuer/request-issuer.ts'
import type { JsonObject } from '../jwt/strict-json.ts'
import { TokenRejection } from '../token-rejection.ts'
import type { IssuerAccess } from '../token-source.ts'
import type { IntrospectionConfig } from './introspection-options.ts'

/** The endpoint, and how to reach it. */
export interface IntrospectionSource {
  /** Its URL, or the issuer whose metadata has it. */
  readonly endpoint: string | Issuer
  readonly access: IssuerAccess
}

export interface IntrospectionRequest {
  /** Throws TokenRejection `issuer_unavailable` for a short time after a failure that concerns all tokens. */
  readonly requireReady: (now: number) => void
  /** Returns the response for one token. Rejects with TokenRejection `issuer_unavailable`, after a call of `onFailure`. */
  readonly introspect: (token: string) => Promise<JsonObject>
}

/** In seconds. No request is sent for that time after a failure. */
export const pauseAfterFailure = 1
const maxBytes = 64 * 1024
const missing = 'give introspection.endpoint, or leave out introspection to verify JWTs by the keys of the issuer'
/**
 * Statuses that concern the guard's credentials (RFC 7662 §2.3) or the server (RFC 9110 §15.6, RFC 6585 §4), and so all tokens.
 */
const statusesOfAllTokens: readonly number[] = [401, 403, 429, 502, 503, 504]

/** Sends requests as the guard's own client. */
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
    // RFC 7662 §2.1: POST, form-encoded; never in the URL, which is logged.
    const body = new URLSearchParams({ token, token_type_hint: 'access_token' }).toString()
    const request = { method: 'POST', headers, body, maxBytes, statuses: statusesOfAllTokens } as const
    try {
      return await fetchLimited(access, url, request)
    } catch (error) {
      if (error instanceof Unreachable) failedAt = access.now()
      throw error
    }
  }

  async function introspect(token: string): Promise<JsonObject> {
    const url =
      typeof endpoint === 'string'
        ? endpoint
        : await findEndpoint(access, 'introspection', endpoint, 'introspection_endpoint', missing)
    return await requestIssuer(access, 'introspection', url, async () => {
      const { status, text } = await post(url, token)
      if (status !== 200) failedAt = access.now()
      requireOk(status)
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
    introspect,
  }
}

function requireOk(status: number): void {
  if (status === 200) return
  // RFC 7662 §2.3: the guard's credentials are wrong; for an inactive token the status is 200.
  const isUnauthorized = status === 401 || status === 403
  const fix = 'introspection.clientId and clientSecret must belong to a client that may introspect'
  throw new Error(`the response has the status ${status}${isUnauthorized ? `: ${fix}` : ' instead of 200'}`)
}

/** RFC 6749 §2.3.1: id and secret are form-encoded first, so that the id may contain a colon. */
function basicCredentials({ clientId, clientSecret }: IntrospectionConfig): string {
  return `Basic ${btoa(`${formEncode(clientId)}:${formEncode(clientSecret)}`)}`
}

function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice('='.length)
}
