/** The authorization code flow of the web app, with PKCE. */
import { createHash } from 'node:crypto'
import { type FlowServer, redirectUri } from './flow-servers.ts'

// RFC 7636 §4.1, §4.2. One for all requests: neither server can tell.
const codeVerifier = 'a-code-verifier-of-at-least-43-characters-as-it-must-be'
const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url')

/** The authorization request: path and query. */
export function authorizationRequest({ endpoints, resource }: FlowServer): string {
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: 'web-app',
    redirect_uri: redirectUri,
    scope: 'openid items',
    state: 'a-state-of-the-client',
    nonce: 'a-nonce-of-the-client',
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
    ...resource,
  })
  return `${endpoints.authorize}?${parameters}`
}

/** The form of the token request for a code. */
export function exchangeOf(code: string): Readonly<Record<string, string>> {
  return { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: codeVerifier }
}
