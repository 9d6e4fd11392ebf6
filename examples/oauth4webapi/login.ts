/** The code flow step by step (OIDC Core §3.1), with every check that a relying party can make. */
import * as oauth from 'oauth4webapi'
import type { Provider } from './provider.ts'

/** What the service remembers of a log-in while the browser is away. */
export interface Login {
  readonly redirectUri: string
  readonly verifier: string
  readonly state: string
  readonly nonce: string
}

/** Seconds that a person's last login may be ago. */
const maxAge = 3600

export function newLogin(redirectUri: string): Login {
  return {
    redirectUri,
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
  }
}

/** Where the browser goes to log in. */
export async function loginAddress({ server, client }: Provider, login: Login): Promise<string> {
  const address = new URL(server.authorization_endpoint ?? '')
  address.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: login.redirectUri,
    scope: 'openid profile email',
    state: login.state,
    nonce: login.nonce,
    max_age: String(maxAge),
    code_challenge: await oauth.calculatePKCECodeChallenge(login.verifier),
    code_challenge_method: 'S256',
  }).toString()
  return address.href
}

/** Checks the answer that the browser brought, and exchanges its code. @throws when anything is not as it must be */
export async function finishLogin(provider: Provider, login: Login, callback: URL) {
  const { server, client, authentication, options } = provider
  // state, and the issuer that answers (RFC 9207).
  const answer = oauth.validateAuthResponse(server, client, callback, login.state)
  const exchange = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    answer,
    login.redirectUri,
    login.verifier,
    options,
  )
  // The ID token's iss, aud, exp, iat, nonce, alg, and auth_time by max_age.
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, exchange, {
    expectedNonce: login.nonce,
    maxAge,
    requireIdToken: true,
  })
  // Its signature, too, with the keys of the server.
  await oauth.validateApplicationLevelSignature(server, exchange, options)
  const claims = oauth.getValidatedIdTokenClaims(tokens)
  if (!claims) throw new Error('There is no ID token: ask for the scope openid')

  const response = await oauth.userInfoRequest(server, client, tokens.access_token, options)
  // OIDC Core §5.3.2: its sub MUST be that of the ID token.
  const userinfo = await oauth.processUserInfoResponse(server, client, claims.sub, response)
  return { claims, userinfo, accessToken: tokens.access_token }
}
