/**
 * This folder has libraries of others that log tim in at a Countersign in this process, through its real pages. Here they have the settings
 * that the table of docs/guides/clients.md gives them and no others, and the secret goes where each library puts it. recipes.test.ts runs
 * the apps of docs/guides/other-libraries.md.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CodeChallengeMethod, decodeIdToken, generateCodeVerifier, OAuth2Client } from 'arctic'
import type { ClientDeclaration } from 'countersign'
import express from 'express'
import session from 'express-session'
import type Grant from 'grant'
import { generators, Issuer } from 'openid-client-5'
import passport from 'passport'
import OpenIDConnectStrategy from 'passport-openidconnect'
import { AuthorizationCode } from 'simple-oauth2'
import { newPkce } from '../../packages/server/test/support/code-flow.ts'
import { createUserAgent } from '../../packages/server/test/support/user-agent.ts'
import { openPage } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'
import { logInAsTim } from '../support/login.ts'
import { clientSecret, notesAt, startIssuer } from './support/issuer.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Those of this folder, as package.json calls them. */
const libraries = [
  ...['@auth/express', 'arctic', 'better-auth', 'grant', 'openid-client-5'],
  ...['passport-oauth2', 'passport-openidconnect', 'simple-oauth2'],
]

/** Its types have a default export, which it has not. */
const grant: typeof Grant.default = createRequire(import.meta.url)('grant')

const redirectUri = 'http://127.0.0.1:3000/callback'
const scopes = ['openid', 'profile', 'email']
const state = 'a state of this login'

test('openid-client 5: with a nonce, then userinfo, a renewal, introspection and a revocation', async (t) => {
  const { url } = await startIssuer(t, [notesAt(redirectUri)])
  const { Client } = await Issuer.discover(url)
  const client = new Client({
    client_id: 'notes',
    client_secret: clientSecret,
    redirect_uris: [redirectUri],
    response_types: ['code'],
  })
  const nonce = generators.nonce()
  const callback = await logInAt(url, client.authorizationUrl({ scope: scopes.join(' '), nonce, state }))
  const tokens = await client.callback(redirectUri, client.callbackParams(callback), { nonce, state })
  assert.equal(tokens.claims().sub, 'tim')
  assert.equal((await client.userinfo(tokens)).name, 'Tim Ruscica')

  const renewed = await client.refresh(tokens)
  assert.equal((await client.introspect(renewed.access_token ?? '')).active, true)
  await client.revoke(renewed.refresh_token ?? '')
  assert.equal((await client.introspect(renewed.access_token ?? '')).active, false)
})

test('simple-oauth2: with PKCE as additional parameters, then a renewal and a revocation', async (t) => {
  const { url } = await startIssuer(t, [notesAt(redirectUri)])
  const client = new AuthorizationCode({
    client: { id: 'notes', secret: clientSecret },
    auth: { tokenHost: url, tokenPath: '/token', authorizePath: '/authorize', revokePath: '/revoke' },
  })
  const { verifier, challenge } = newPkce()
  const request = {
    redirect_uri: redirectUri,
    scope: scopes,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }
  const code = codeOf(await logInAt(url, client.authorizeURL(request)))
  const exchange = { code, redirect_uri: redirectUri, code_verifier: verifier }
  const tokens = await client.getToken(exchange)
  assert.equal(await nameAt(url, String(tokens.token['access_token'])), 'Tim Ruscica')
  const renewed = await tokens.refresh()
  await renewed.revokeAll()
  await assert.rejects(renewed.refresh(), { message: /400/ })
})

for (const [kind, secret] of [
  ['with a secret', clientSecret],
  ['without a secret', null],
] as const) {
  test(`arctic ${kind}: as it is, then a renewal and a revocation`, async (t) => {
    const { client_secret: _, ...withoutSecret } = notesAt(redirectUri)
    const publicNotes: ClientDeclaration = { ...withoutSecret, token_endpoint_auth_method: 'none' }
    const { url } = await startIssuer(t, [secret === null ? publicNotes : notesAt(redirectUri)])
    const client = new OAuth2Client('notes', secret, redirectUri)
    const verifier = generateCodeVerifier()
    const { S256 } = CodeChallengeMethod
    const request = client.createAuthorizationURLWithPKCE(`${url}/authorize`, state, S256, verifier, scopes)
    const code = codeOf(await logInAt(url, request.href))
    const tokens = await client.validateAuthorizationCode(`${url}/token`, code, verifier)
    assert.equal(Reflect.get(decodeIdToken(tokens.idToken()), 'sub'), 'tim')
    const renewed = await client.refreshAccessToken(`${url}/token`, tokens.refreshToken(), [])
    assert.deepEqual(renewed.scopes().toSorted(), scopes.toSorted())
    await client.revokeToken(`${url}/revoke`, renewed.refreshToken())
    await assert.rejects(client.refreshAccessToken(`${url}/token`, renewed.refreshToken(), []), {
      message: /invalid_grant/,
    })
  })
}

test('grant: with PKCE, and spaces between the scopes', async (t) => {
  const user = await logInThroughApp(t, '/connect/countersign/callback', (issuer, origin) => {
    const app = appWithSession()
    app.use(
      grant.express({
        defaults: { origin, transport: 'session' },
        countersign: {
          oauth: 2,
          authorize_url: `${issuer}/authorize`,
          access_url: `${issuer}/token`,
          profile_url: `${issuer}/userinfo`,
          key: 'notes',
          secret: clientSecret,
          scope: scopes,
          scope_delimiter: ' ',
          pkce: true,
          state: true,
          callback: '/user',
          response: ['tokens', 'profile'],
        },
      }),
    )
    app.get('/login', (_request, response) => response.redirect('/connect/countersign'))
    app.get('/user', (request, response) => response.json(Reflect.get(request.session, 'grant').response.profile))
    return app
  })
  assert.partialDeepStrictEqual(user, { sub: 'tim', name: 'Tim Ruscica' })
})

test('passport-openidconnect: with a nonce, and the profile of userinfo', async (t) => {
  const user = await logInThroughApp(t, '/callback', (issuer, origin) => {
    const options = {
      issuer,
      authorizationURL: `${issuer}/authorize`,
      tokenURL: `${issuer}/token`,
      userInfoURL: `${issuer}/userinfo`,
      clientID: 'notes',
      clientSecret,
      callbackURL: `${origin}/callback`,
      scope: ['profile', 'email'],
      nonce: 'true', // It makes a new one for each login.
      skipUserProfile: false,
    }
    const verify = (_issuer: string, profile: Express.User, done: OpenIDConnectStrategy.VerifyCallback) => {
      done(null, profile)
    }
    const authenticator = new passport.Passport().use('countersign', new OpenIDConnectStrategy(options, verify))
    const app = appWithSession()
    app.get('/login', authenticator.authenticate('countersign', { session: false }))
    app.get('/callback', authenticator.authenticate('countersign', { session: false }), (request, response) => {
      response.json(request.user)
    })
    return app
  })
  assert.partialDeepStrictEqual(user, { id: 'tim', displayName: 'Tim Ruscica', emails: [{ value: 'tim@gmail.com' }] })
})

test('the table names the versions that are tried here', () => {
  const rows = readFileSync(join(root, 'docs/guides/clients.md'), 'utf8').split('\n')
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const name of libraries) {
    const version = String(devDependencies[name]).split('@').at(-1) ?? ''
    const isNamed = rows.some(
      (row) => row.startsWith('|') && row.includes(name.replace(/-5$/, '')) && row.includes(version),
    )
    assert.ok(isNamed, `${name} ${version}`)
  }
})

/** Where the browser ends up after tim has logged in and allowed the app. */
async function logInAt(issuer: string, url: string): Promise<string> {
  const agent = createUserAgent((request) => fetch(request), issuer)
  const consent = await agent.submit(await agent.open(url), { username: 'tim', password: 'tim1234' })
  return (await agent.submit(consent, { decision: 'allow' })).url
}

/** The code of a response with the right state, which these libraries leave to their user. */
function codeOf(callback: string): string {
  const parameters = new URL(callback).searchParams
  assert.equal(parameters.get('state'), state)
  return parameters.get('code') ?? assert.fail(callback)
}

async function nameAt(issuer: string, token: string): Promise<unknown> {
  const response = await fetch(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })
  return JSON.parse(await response.text()).name
}

function appWithSession(): express.Express {
  const secret = 'a secret of the app in a test'
  return express().use(session({ secret, resave: false, saveUninitialized: true }))
}

/** Logs tim in at `/login` of an app, and returns what the app then shows. */
async function logInThroughApp(
  t: TestContext,
  callback: string,
  appAt: (issuer: string, origin: string) => RequestListener,
): Promise<unknown> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const { url } = await startIssuer(t, [notesAt(`${origin}${callback}`)])
  const server = createServer(appAt(url, origin))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const { page } = await openPage(t)
  await page.goto(`${origin}/login`)
  await logInAsTim(page)
  await page.waitForURL(`${origin}/**`)
  return JSON.parse(await page.innerText('body'))
}
