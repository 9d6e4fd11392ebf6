/** The modules of `oidcc-rp-initiated-logout-certification-test-plan`: all 11. */
import assert from 'node:assert/strict'
import { generateKeyPair, SignJWT } from 'jose'
import { checkErrorPage } from '../support/callback.ts'
import {
  checkLoggedOut,
  checkReturned,
  checkSignedOutPage,
  checkStillLoggedIn,
  type EndSession,
  endSession,
  loggedIn,
} from '../support/logout.ts'
import type { Module, Suite } from '../support/suite.ts'

export const rpLogoutPlan: readonly Module[] = [
  {
    name: 'oidcc-rp-initiated-logout-discovery-endpoint-verification',
    run: async ({ metadata }) => {
      assert.equal(new URL(metadata.end_session_endpoint).origin, new URL(metadata.issuer).origin)
    },
  },
  {
    name: 'oidcc-rp-initiated-logout',
    run: async (suite) => {
      const { request } = await loggedIn(suite)
      checkReturned(await endSession(suite, request), request)
      await checkLoggedOut(suite)
    },
  },
  {
    name: 'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri',
    run: (suite) =>
      checkRejected(suite, (request) => ({
        ...request,
        post_logout_redirect_uri: `${request.post_logout_redirect_uri}_bad`,
      })),
  },
  {
    name: 'oidcc-rp-initiated-logout-modified-id-token-hint',
    run: (suite) =>
      checkRejected(suite, (request) => {
        const [, claims = ''] = request.id_token_hint?.split('.') ?? []
        const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url')
        return { ...request, id_token_hint: `${header}.${claims}.` }
      }),
  },
  {
    name: 'oidcc-rp-initiated-logout-no-id-token-hint',
    run: (suite) => checkConfirmed(suite, (request) => ({ ...request, id_token_hint: undefined })),
  },
  {
    name: 'oidcc-rp-initiated-logout-no-params',
    run: (suite) => checkConfirmed(suite, () => ({})),
  },
  {
    name: 'oidcc-rp-initiated-logout-no-post-logout-redirect-uri',
    run: async (suite) => {
      const { request } = await loggedIn(suite)
      checkSignedOutPage(suite, await endSession(suite, { ...request, post_logout_redirect_uri: undefined }))
      await checkLoggedOut(suite)
    },
  },
  {
    name: 'oidcc-rp-initiated-logout-no-state',
    run: async (suite) => {
      const { request } = await loggedIn(suite)
      const stateless = { ...request, state: undefined }
      checkReturned(await endSession(suite, stateless), stateless)
      await checkLoggedOut(suite)
    },
  },
  {
    name: 'oidcc-rp-initiated-logout-only-state',
    run: (suite) => checkConfirmed(suite, ({ state }) => ({ state })),
  },
  {
    name: 'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri',
    run: (suite) =>
      checkRejected(suite, (request) => ({
        ...request,
        post_logout_redirect_uri: `${request.post_logout_redirect_uri}?foo=bar`,
      })),
  },
  {
    name: 'oidcc-rp-initiated-logout-bad-id-token-hint',
    run: async (suite) => {
      const { privateKey } = await generateKeyPair('RS256')
      const forged = await new SignJWT({ sub: 'conformance-user' })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
        .setIssuer(suite.metadata.issuer)
        .setAudience(suite.clients.client.client_id ?? '')
        .setIssuedAt(suite.clock.now)
        .setExpirationTime(suite.clock.now + 300)
        .sign(privateKey)
      await checkRejected(suite, (request) => ({ ...request, id_token_hint: forged }))
    },
  },
]

/** An error page: the browser is not redirected, and the user stays logged in. */
async function checkRejected(suite: Suite, change: (request: EndSession) => EndSession): Promise<void> {
  const { request } = await loggedIn(suite)
  checkErrorPage(suite, await endSession(suite, change(request)))
  await checkStillLoggedIn(suite)
}

/** The user must confirm first, since any site can link here; then the user is logged out. */
async function checkConfirmed(suite: Suite, change: (request: EndSession) => EndSession): Promise<void> {
  const { request } = await loggedIn(suite)
  const question = await endSession(suite, change(request))
  assert.match(question.body, /id="logout"/)
  await checkStillLoggedIn(suite)
  checkSignedOutPage(suite, await suite.browser.submit(question, { decision: 'logout' }))
  await checkLoggedOut(suite)
}
