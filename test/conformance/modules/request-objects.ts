/** Modules about request objects (OIDC Core §6). They are not supported, so the suite expects the error that says so. */
import assert from 'node:assert/strict'
import { type Parameters, redirectUriOf, requestOf, visit } from '../support/authorization.ts'
import { checkError, checkErrorPage, readCallback } from '../support/callback.ts'
import type { Module, Suite } from '../support/suite.ts'

export const requestObjectModules: readonly Module[] = [
  {
    name: 'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported',
    run: async (suite) => {
      const { parameters } = besideRequestObject(suite)
      const request = { ...parameters, request_uri: 'https://suite.example/request-object#hash' }
      assert.equal(await rejectedForm(suite, request), 'request_uri_not_supported')
    },
  },
  {
    name: 'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported',
    run: async (suite) => {
      const { parameters, requestObject } = besideRequestObject(suite)
      const request = { ...parameters, request: requestObject }
      assert.equal(await rejectedForm(suite, request), 'request_not_supported')
    },
  },
]

export const requestObjectRedirectUriModule: Module = {
  name: 'oidcc-ensure-request-object-with-redirect-uri',
  run: async (suite) => {
    const { parameters, requestObject } = besideRequestObject(suite)
    const invalid = `${parameters['redirect_uri']}_invalid`
    const { page } = await visit(suite, { ...parameters, request: requestObject, redirect_uri: invalid })
    checkErrorPage(suite, page)
  },
}

/** What the suite sends in the query with an unsigned request object: all other parameters, also state and nonce, are only in the object. */
function besideRequestObject(suite: Suite): { readonly parameters: Parameters; readonly requestObject: string } {
  const { client } = suite.clients
  const request = requestOf(suite, client)
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  return {
    parameters: {
      client_id: client.client_id,
      redirect_uri: redirectUriOf(client),
      response_type: 'code',
      scope: 'openid',
    },
    requestObject: `${encode({ alg: 'none' })}.${encode(request)}.`,
  }
}

/** The response mode is in the object, which is not read, so the response is in the query in every plan. */
async function rejectedForm(suite: Suite, request: Parameters): Promise<string> {
  const { page, logins } = await visit(suite, request)
  assert.equal(logins, 0)
  return checkError(suite, readCallback(page, request['redirect_uri'] ?? '', 'query'), undefined)
}
