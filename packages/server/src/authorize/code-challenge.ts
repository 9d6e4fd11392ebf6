/** PKCE in an authorization request (RFC 7636 §4.3), and when the nonce of OpenID Connect is enough without it. */
import type { Config } from '../config/options.ts'
import { type Client, isPublic } from '../domain/client.ts'
import { isCodeChallenge } from '../domain/pkce.ts'
import type { Form } from '../oauth/form.ts'
import { describeDifference } from '../trace/difference.ts'
import { invalidRequest } from './invalid-request.ts'

/** The challenge; `undefined` where the request needs none. @throws OAuthError `invalid_request` */
export function readCodeChallenge(
  config: Config,
  client: Client,
  parameters: Form,
  scopes: readonly string[],
): string | undefined {
  const challenge = parameters.get('code_challenge')
  const method = parameters.get('code_challenge_method')
  if (challenge === undefined && method === undefined) {
    const expected = missingProof(config, client, parameters.get('nonce'), scopes)
    if (expected !== undefined) throw invalidRequest(`${expected} is required`, 'pkce_missing', expected)
    return undefined
  }
  // RFC 7636 §4.4.1, §4.3: without a method the challenge is plain, which RFC 9700 §2.1.1 excludes.
  if (method !== 'S256') {
    const received = method === undefined ? 'none' : describeDifference(['S256'], method)
    throw invalidRequest('code_challenge_method must be S256', 'pkce_method_unsupported', 'S256', received)
  }
  if (challenge === undefined || !isCodeChallenge(challenge)) {
    const received = challenge === undefined ? 'none' : `${challenge.length} characters`
    const expected = '43 characters of base64url'
    throw invalidRequest(
      'code_challenge must be the base64url of a SHA-256',
      'pkce_challenge_malformed',
      expected,
      received,
    )
  }
  return challenge
}

/**
 * What a request without PKCE lacks, to prove that its own client redeems the code, and in the same browser; `undefined` when it lacks
 * nothing.
 */
function missingProof(
  { strictPkce }: Config,
  client: Client,
  nonce: string | undefined,
  scopes: readonly string[],
): string | undefined {
  // RFC 9700 §2.1.1: public clients MUST use PKCE.
  if (isPublic(client) || (client.requirePkce ?? strictPkce)) return 'code_challenge (PKCE)'
  // OAuth 2.1 §7.5.1: a confidential client may use the nonce of OpenID Connect instead.
  const hasNonce = nonce !== undefined && scopes.includes('openid')
  const isExempt = client.requirePkce === false
  return hasNonce || isExempt ? undefined : 'code_challenge (PKCE), or nonce with the scope openid'
}
