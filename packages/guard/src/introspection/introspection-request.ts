/** Asks an introspection endpoint about a token (RFC 7662 §2.1). */

import { demand } from '../check-options.ts'
import { failIssuer } from '../issuer/failure.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { fetchLimited } from '../issuer/limited-fetch.ts'
import { isJsonObject, type JsonObject, parseStrictJson, readMember } from '../jwt/strict-json.ts'
import type { IssuerAccess } from '../token-source.ts'
import type { IntrospectionConfig } from './introspection-options.ts'

/** Asks about one token. Rejects with Refused `issuer_unavailable`, after `onFailure` was told why. */
export type AskIssuer = (token: string) => Promise<JsonObject>

const maxBytes = 64 * 1024

/**
 * Answers a function that asks as the guard's own client.
 *
 * @throws TypeError when neither an endpoint is given nor an issuer that could name it
 */
export function createIntrospectionRequest(
  config: IntrospectionConfig,
  issuer: Issuer | undefined,
  access: IssuerAccess,
): AskIssuer {
  const endpoint = findEndpoint(config.endpoint, issuer, access)
  const headers = {
    authorization: basicCredentials(config),
    'content-type': 'application/x-www-form-urlencoded',
  }

  return async (token) => {
    const url = await endpoint()
    // RFC 7662 §2.1: POST, form-encoded; never in the URL, which is written to logs.
    const body = new URLSearchParams({ token, token_type_hint: 'access_token' }).toString()
    const { status, text } = await fetchLimited(access, 'introspection', url, {
      method: 'POST',
      headers,
      body,
      maxBytes,
      accept: 'application/json',
      statuses: [401, 403],
    })
    // RFC 7662 §2.3: of the guard's credentials, not of the token, which is never refused this way.
    if (status !== 200) {
      const fix = 'introspection.clientId and clientSecret must be those of a client that may introspect'
      return failIssuer(access, { part: 'introspection', url, message: `the answer has the status ${status}: ${fix}` })
    }
    const answer = parseStrictJson(text)
    if (answer.ok && isJsonObject(answer.value)) return answer.value
    return failIssuer(access, { part: 'introspection', url, message: 'the answer is no JSON object' })
  }
}

function findEndpoint(
  given: string | undefined,
  issuer: Issuer | undefined,
  access: IssuerAccess,
): () => string | Promise<string> {
  if (given !== undefined) return () => given
  demand(issuer !== undefined, 'introspection.endpoint is missing: give it, or issuer')
  return async () => {
    const endpoint = readMember(await issuer.metadata(), 'introspection_endpoint')
    if (typeof endpoint === 'string') return endpoint
    const fix = 'give introspection.endpoint, or leave out introspection to verify JWTs by the keys of the issuer'
    const message = `the metadata have no introspection_endpoint: ${fix}`
    return failIssuer(access, { part: 'introspection', url: issuer.identifier, message })
  }
}

/** RFC 6749 §2.3.1: id and secret are form-encoded first, so that a colon in the id does not end it. */
function basicCredentials({ clientId, clientSecret }: IntrospectionConfig): string {
  return `Basic ${btoa(`${formEncode(clientId)}:${formEncode(clientSecret)}`)}`
}

function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice('='.length)
}
