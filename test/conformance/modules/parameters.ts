/** Modules about parameters that must change nothing (OIDC Core §15.1), and about the methods of a request. */
import assert from 'node:assert/strict'
import {
  addressOf,
  codeOf,
  completePages,
  encode,
  randomText,
  redirectUriOf,
  requestOf,
  visit,
} from '../support/authorization.ts'
import { checkErrorPage } from '../support/callback.ts'
import type { Module, Suite } from '../support/suite.ts'
import { flow, readTokens, redeem } from '../support/tokens.ts'

export const displayModules: readonly Module[] = [
  toleratedModule('oidcc-display-page', { display: 'page' }),
  toleratedModule('oidcc-display-popup', { display: 'popup' }),
]

export const unknownParameterModule: Module = toleratedModule('oidcc-ensure-request-with-unknown-parameter-succeeds', {
  extra: 'foobar',
})

export const hintModules: readonly Module[] = [
  {
    name: 'oidcc-login-hint',
    run: async (suite) => {
      const hint = `buffy@${new URL(suite.metadata.issuer).hostname}`
      const page = await openLoginPage(suite, { login_hint: hint })
      assert.ok(page.body.includes(`value="${hint}"`))
      await finish(suite, { login_hint: hint })
    },
  },
  {
    name: 'oidcc-ui-locales',
    run: async (suite) => {
      // An unsupported language is not an error; a supported one is used.
      assert.match((await openLoginPage(suite, { ui_locales: 'se' })).body, /<html lang="en">/)
      assert.match((await openLoginPage(suite, { ui_locales: 'se ja' })).body, /<html lang="ja">/)
      await finish(suite, { ui_locales: 'se' })
    },
  },
  toleratedModule('oidcc-claims-locales', { claims_locales: 'se' }),
  {
    name: 'oidcc-ensure-request-with-acr-values-succeeds',
    run: async (suite) => {
      const { acr_values_supported: known } = suite.metadata
      const { idToken } = await flow(suite, suite.clients.client, { acr_values: known.join(' ') })
      assert.ok(known.includes(String(idToken.claims['acr'])))
    },
  },
]

export const requestModules: readonly Module[] = [
  {
    name: 'oidcc-ensure-registered-redirect-uri',
    run: async (suite) => {
      const { client } = suite.clients
      const unregistered = `${redirectUriOf(client)}/${randomText()}`
      const { page } = await visit(suite, requestOf(suite, client, { redirect_uri: unregistered }))
      checkErrorPage(suite, page)
    },
  },
  {
    name: 'oidcc-ensure-post-request-succeeds',
    run: async (suite) => {
      const { metadata, browser, clients } = suite
      const request = requestOf(suite, clients.client)
      const posted = await browser.send(
        new Request(metadata.authorization_endpoint, {
          method: 'POST',
          body: encode(request),
          headers: { 'sec-fetch-site': 'cross-site' },
        }),
      )
      const onward = posted.headers.get('location')
      assert.ok(onward, `the status was ${posted.status}`)
      const { page } = await completePages(browser, await browser.open(new URL(onward, metadata.issuer).href))
      const response = await redeem(suite, clients.client, codeOf(suite, request, page))
      await readTokens(suite, clients.client, response, request['nonce'])
    },
  },
]

function toleratedModule(name: string, parameter: Readonly<Record<string, string>>): Module {
  return { name, run: (suite) => finish(suite, parameter) }
}

async function finish(suite: Suite, parameter: Readonly<Record<string, string>>): Promise<void> {
  await flow(suite, suite.clients.client, parameter)
}

function openLoginPage(suite: Suite, parameter: Readonly<Record<string, string>>) {
  const request = requestOf(suite, suite.clients.client, parameter)
  return suite.browser.open(addressOf(suite.metadata.authorization_endpoint, request))
}
