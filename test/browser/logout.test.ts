/** A user logs in at an application and logs out again, in a real Chromium. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import { authorizeUrl, requestOf } from '../../packages/server/test/support/code-flow.ts'
import { openPort, startServer } from '../../packages/server/test/support/server.ts'
import { openPage, type View } from '../support/browser.ts'

/** RFC 7636 Appendix B: the codes are not exchanged. */
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

/** An application with one page, which shows the URL that it was opened with. */
async function startApplication(test: TestContext): Promise<{ readonly origin: string }> {
  const application = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<title>App</title><p>App at ${request.url}</p>`)
  })
  await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve))
  test.after(() => {
    application.closeAllConnections()
    application.close()
  })
  const address = application.address()
  if (address === null || typeof address === 'string') throw new Error('the application has no port')
  return { origin: `http://127.0.0.1:${address.port}` }
}

const views: readonly (View & { readonly name: string })[] = [
  { name: 'wide-light', width: 1280 },
  { name: 'wide-dark', width: 1280, colorScheme: 'dark' },
  { name: 'narrow-light', width: 375, javaScript: false },
  { name: 'narrow-dark', width: 375, colorScheme: 'dark' },
]
for (const view of views) {
  test(`${view.name}: a user logs in, stays logged in on the logout page, then logs out and returns to the application`, async (t) => {
    const application = await startApplication(t)
    const client = {
      client_id: 'app',
      client_name: 'Acme Notes',
      token_endpoint_auth_method: 'none',
      redirect_uris: [`${application.origin}/cb`],
      post_logout_redirect_uris: [`${application.origin}/signed-out`],
      client_uri: `${application.origin}/`,
      first_party: true,
    } as const
    const server = await startServer(t, { clients: [client] })
    const { origin } = await openPort(t, server)
    const { page, complaints } = await openPage(t, view)
    const folder = process.env['SCREENSHOTS']
    const photograph = async (name: string) => {
      assert.ok(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'))
      if (folder) await page.screenshot({ path: `${folder}/logout-${name}-${view.name}.png`, fullPage: true })
    }
    const pkce = { verifier: '', challenge }

    await page.goto(`${origin}${authorizeUrl(requestOf(client, pkce))}`)
    await page.getByLabel('Username').fill('tim')
    await page.getByLabel('Password').fill('tim1234')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.waitForURL(`${application.origin}/cb?*`)

    const parameters = new URLSearchParams({
      client_id: 'app',
      post_logout_redirect_uri: `${application.origin}/signed-out`,
      state: 's',
    })
    await page.goto(`${origin}/logout?${parameters}`)
    await photograph('confirm')
    await page.getByRole('button', { name: 'Stay logged in' }).click()
    await page.getByRole('heading', { name: 'You are still logged in' }).waitFor()
    await photograph('stayed')

    await page.goto(`${origin}/logout?${parameters}`)
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.waitForURL(`${application.origin}/signed-out?state=s`)

    await page.goto(`${origin}/logout?client_id=app`)
    await page.getByRole('heading', { name: 'You are logged out' }).waitFor()
    await photograph('logged-out')
    await page.getByRole('link', { name: 'Return to Acme Notes' }).click()
    await page.waitForURL(`${application.origin}/`)
    await page.goto(`${origin}${authorizeUrl(requestOf(client, pkce))}`)
    await page.getByRole('heading', { name: 'Log in' }).waitFor()
    assert.deepEqual(complaints, [])
  })
}
