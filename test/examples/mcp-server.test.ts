/** examples/mcp-server: the official client is rejected, finds Countersign, logs in and calls a tool. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPage } from '../support/browser.ts'
import { startExample, startScript } from '../support/example.ts'
import { logInAsTim } from '../support/login.ts'

test("mcp-server: a client that only knows the server's URL logs in and calls the tools", async (t) => {
  const server = await startExample(t, 'mcp-server')
  const issuer = await server.said(/Countersign is ready at (http\S+)/)
  const url = await server.said(/The MCP server is at (http\S+)\. /)

  const client = await startScript(t, 'mcp-server', 'client', { APP_PORT: new URL(url).port })
  const address = new URL(await client.said(/Open this address in a browser to log in:\s+(http\S+)/))
  assert.equal(address.origin, issuer)
  assert.deepEqual(address.searchParams.getAll('resource'), [url])
  assert.match(address.searchParams.get('scope') ?? '', /\bnotes\b/)

  // Requests from another page of the browser do not stop the client.
  const redirectUri = address.searchParams.get('redirect_uri') ?? ''
  for (const wrong of [`${redirectUri}?state=bad`, `${new URL(redirectUri).origin}//[/`]) {
    assert.equal((await fetch(wrong)).status, 404)
  }

  const { page, complaints } = await openPage(t)
  await page.goto(address.href)
  await logInAsTim(page)
  await page.getByText('Done. Close this window').waitFor()
  await client.said(/Tools: list_notes, add_note\n/)
  await client.said(/add_note: Noted for tim\.\n/)
  await client.said(/list_notes: Water the plants\n/)
  assert.equal(await client.ended, 0)
  assert.deepEqual(complaints, [])
})

test('mcp-server: the response to a request without a token says where to get one', async (t) => {
  const server = await startExample(t, 'mcp-server')
  const issuer = await server.said(/Countersign is ready at (http\S+)/)
  const url = await server.said(/The MCP server is at (http\S+)\. /)
  const response = await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })
  assert.equal(response.status, 401)
  const challenge = response.headers.get('www-authenticate') ?? ''
  assert.match(challenge, /scope="notes"/)
  // RFC 9728 §3.1: the path of the resource is after the well-known path.
  const metadataUrl = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? ''
  assert.equal(metadataUrl, url.replace(/\/mcp$/, '/.well-known/oauth-protected-resource/mcp'))
  const metadata = JSON.parse(await (await fetch(metadataUrl)).text())
  assert.deepEqual([metadata.resource, metadata.authorization_servers], [url, [issuer]])

  // RS-3: a token that is not for this server is rejected, whatever its scopes are.
  const body = new URLSearchParams({ username: 'tim', password: 'tim1234', scope: 'notes' })
  const { access_token: token } = JSON.parse(await (await fetch(`${issuer}/token`, { method: 'POST', body })).text())
  const rejected = await fetch(url, { method: 'POST', body: '{}', headers: { authorization: `Bearer ${token}` } })
  assert.equal(rejected.status, 401)
  assert.match(rejected.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
})
