/** Spellings of a sound ID token that no issuer writes: as a hint, each is rejected (RFC 7515 §2, RFC 4648 §3.5). */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { errorFor } from '../support/authorization.ts'
import { authorizeUrl, logIn, newPkce, requestOf, userAgentOf, webApp } from '../support/code-flow.ts'
import { logoutUrl } from '../support/logout.ts'
import { startServer } from '../support/server.ts'

const server = await startServer({ after }, { clients: [webApp] })
const agent = userAgentOf(server)
const { id_token: token } = await logIn(server, webApp, {}, agent)
const [header = '', payload = '', signature = ''] = token.split('.')

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Another last character for the same bytes: an ES256 signature has 64 of them, so four bits of it mean nothing. */
function withStrayBits(part: string): string {
  return part.slice(0, -1) + alphabet[alphabet.indexOf(part.at(-1) ?? '') + 1]
}

const spellings: Readonly<Record<string, string>> = {
  'with padding': `${token}==`,
  'with padding of the payload': `${header}.${payload}=.${signature}`,
  'with a line break': `${token}\n`,
  'with a space inside': `${header}.${payload}. ${signature}`,
  'with stray bits': `${header}.${payload}.${withStrayBits(signature)}`,
  'with an empty fourth part': `${token}.`,
  'with a character of no alphabet': `${header}.${payload}.${signature}!`,
  'without its signature': `${header}.${payload}.`,
}

test('the token itself is accepted as a hint', async () => {
  const { url } = await agent.open(
    authorizeUrl(requestOf(webApp, newPkce(), { prompt: 'none', id_token_hint: token, scope: 'openid' })),
  )
  assert.match(url, /[?&](?:code|error=consent_required)/)
})

for (const [what, spelling] of Object.entries(spellings)) {
  test(`a hint ${what} is rejected by /authorize and /logout`, async () => {
    assert.equal(await errorFor(server, webApp, { id_token_hint: spelling }), 'invalid_request')
    assert.equal((await agent.open(logoutUrl({ id_token_hint: spelling }))).status, 400)
  })
}
