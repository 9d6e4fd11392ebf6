/** A browser that is logged in at a web app, whose requests below /api the app passes to an API. */
import type { ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'
import { type ApiRequest, startApi } from './api.ts'
import { createBrowser } from './browser.ts'
import { logInWith, origin, startWebLogin } from './web-logins.ts'

/** The headers of a request that a script of the app makes. */
export const fromScript = { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin', accept: '*/*' }

export async function startProxy(t: TestContext, respond?: (request: ApiRequest, response: ServerResponse) => void) {
  const api = respond ? await startApi(t, respond) : await startApi(t)
  const { web, issuer, errors } = await startWebLogin(t, { apis: `${api.url}/v1` })
  const proxy = web.proxy({ prefix: '/api', to: `${api.url}/v1` })
  const browser = createBrowser(async (path, init) => {
    const request = new Request(`${origin}${path}`, init)
    return (await web.handle(request)) ?? (await proxy(request)) ?? new Response(null, { status: 404 })
  })
  await logInWith(browser, issuer)
  return { api, browser, errors, web, issuer }
}
