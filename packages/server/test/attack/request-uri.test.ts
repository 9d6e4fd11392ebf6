/** `/authorize` with a `request_uri`: the server does not fetch it (OIDC Core §6.2). */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import { authorizeUrl, newPkce, requestOf, webApp } from '../support/code-flow.ts'
import { startServer } from '../support/server.ts'

test('L13 an external request_uri is request_uri_not_supported, and is not fetched', async (t) => {
  const server = await startServer(t, { clients: [webApp] })
  const { origin, requests } = await startRequestHost(t)
  const response = await server.get(authorizeUrl(requestOf(webApp, newPkce(), { request_uri: `${origin}/request` })))
  const location = new URL(response.headers.get('location') ?? '')
  assert.equal(location.searchParams.get('error'), 'request_uri_not_supported')
  assert.equal(requests(), 0)
})

/** A host that counts its requests. */
async function startRequestHost(t: TestContext): Promise<{ readonly origin: string; readonly requests: () => number }> {
  let requests = 0
  const host = createServer((_request, response) => {
    requests++
    response.end()
  })
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  t.after(() => host.close())
  const address = host.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { origin: `http://127.0.0.1:${address.port}`, requests: () => requests }
}
