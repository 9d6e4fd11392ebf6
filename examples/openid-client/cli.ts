/** A program that logs its user in through the browser (RFC 8252): a redirect to this machine, PKCE, and no secret. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import * as openid from 'openid-client'

const issuer = new URL(process.env['ISSUER'] ?? 'http://127.0.0.1:8000')

const config = await openid
  .discovery(issuer, 'notes-cli', undefined, openid.None(), {
    // Plain http is for this machine alone.
    execute: issuer.protocol === 'http:' ? [openid.allowInsecureRequests] : [],
  })
  .catch((error: Error) =>
    fail(`Countersign can't be reached at ${issuer.href} (${error.message}). Start it: npm start`),
  )

// RFC 8252 §7.3: any port that is free.
const callback = createServer().listen(0, '127.0.0.1')
await once(callback, 'listening')
const redirectUri = `http://127.0.0.1:${portOf(callback)}/callback`

const checks = {
  pkceCodeVerifier: openid.randomPKCECodeVerifier(),
  expectedState: openid.randomState(),
  expectedNonce: openid.randomNonce(),
}
const address = openid.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: 'openid profile email offline_access',
  // OIDC Core §11: offline_access needs a consent that is asked for.
  prompt: 'consent',
  code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
  code_challenge_method: 'S256',
  state: checks.expectedState,
  nonce: checks.expectedNonce,
})
console.log(`Open this address in a browser to log in:\n\n  ${address.href}\n`)

const answer = await answerAt(callback, redirectUri)
const tokens = await openid
  .authorizationCodeGrant(config, answer, { ...checks, idTokenExpected: true })
  .catch((error: unknown) => {
    if (error instanceof openid.AuthorizationResponseError)
      fail(`Not logged in: ${error.error_description ?? error.error}.`)
    throw error
  })
const { sub = '' } = tokens.claims() ?? {}
const userinfo = await openid.fetchUserInfo(config, tokens.access_token, sub)
console.log(`Hello, ${userinfo.name ?? sub} <${userinfo.email ?? 'no email'}>.`)

// Tomorrow, without the browser: a program keeps the refresh token in the keychain of the system.
const renewed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
console.log(`Renewed: the new access token is good for ${renewed.expires_in} seconds.`)

await openid.tokenRevocation(config, renewed.refresh_token ?? '')
console.log('Logged out: the refresh token is revoked.')

/** Waits for the browser to come back, and tells the person where to go on. */
function answerAt(server: Server, expected: string): Promise<URL> {
  const head = '<!doctype html><html lang="en"><title>Notes CLI</title><link rel="icon" href="data:,">'
  return new Promise((resolve) => {
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', expected)
      const isAnswer = url.href.split('?', 1)[0] === expected
      response.writeHead(isAnswer ? 200 : 404, { 'content-type': 'text/html', connection: 'close' })
      response.end(isAnswer ? `${head}<p>Done. Close this window and go back to the terminal.` : `${head}<p>Not here.`)
      if (!isAnswer) return
      server.close()
      resolve(url)
    })
  })
}

function portOf(server: Server): number {
  const bound = server.address()
  return typeof bound === 'object' && bound ? bound.port : 0
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}
