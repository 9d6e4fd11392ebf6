/** The table of `clients add --for`: each row is a valid registration, with which its users log in. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { knownSoftwareFile, knownSoftwareText } from '../../../../scripts/known-software.ts'
import { addClient } from '../../src/clients/add-client.ts'
import { knownSoftware, metadataFor } from '../../src/clients/known-software.ts'
import { addGroup, addMember } from '../../src/users/groups/groups.ts'
import { authorizeUrl, exchange, newPkce, passPages, requestOf, responseOf, userAgentOf } from '../support/code-flow.ts'
import { startServer } from '../support/server.ts'

const server = await startServer({ after }, { idTokenAlgorithm: 'ES256' })
const ctx = server.server.context
await addGroup(ctx, 'staff')
await addMember(ctx, 'staff', 'tim')
const url = 'https://app.example.com'

test('docs/guides/known-software.md is generated from the table', () => {
  assert.ok(readFileSync(knownSoftwareFile, 'utf8') === knownSoftwareText(), 'the file is stale: run npm run docs')
})

for (const [name, software] of Object.entries(knownSoftware)) {
  test(`${name}: it is registered, logs a user in at each redirect URI, and gets the claims that it needs`, async () => {
    const metadata = metadataFor(software, `${url}/`)
    const { secret } = await addClient(ctx, { ...metadata, client_id: name })
    const { redirect_uris: uris = [], scope = '', id_token_claims: where } = metadata
    const { grant_types: types = [], ...members } = metadata
    const client = { ...members, client_id: name, ...(secret !== undefined && { client_secret: secret }) }
    assert.ok(uris.length > 0)
    for (const redirect_uri of uris) {
      const agent = userAgentOf(server)
      // What needs no PKCE is tried without.
      const pkce = metadata.require_pkce === false ? undefined : newPkce()
      const request = requestOf(client, pkce, { scope, redirect_uri })
      const code = responseOf(await passPages(agent, await agent.open(authorizeUrl(request)))).get('code') ?? ''
      const form = { grant_type: 'authorization_code', code, redirect_uri, code_verifier: pkce?.verifier }
      const { status, body } = await exchange(server, client, form)
      assert.equal(status, 200, redirect_uri)
      const idToken = String(body['id_token'])
      assert.equal(decodeProtectedHeader(idToken).alg, 'RS256')
      const claims = decodeJwt(idToken)
      assert.deepEqual(
        [claims['name'], claims['email']],
        where === 'scopes' ? ['Tim Ruscica', 'tim@gmail.com'] : [undefined, undefined],
      )
      assert.deepEqual(claims['groups'], scope.includes('groups') ? ['staff'] : undefined)
      assert.equal('refresh_token' in body, types.includes('refresh_token'))
    }
  })

  test(`${name}: its row names its documentation, and addresses below the one that is given`, () => {
    assert.match(software.source, /^https:\/\/\S+$/)
    assert.doesNotMatch(software.settings, /[.|]$/)
    const { redirect_uris: uris = [] } = metadataFor(software, 'http://127.0.0.1:3000/sub/')
    for (const uri of uris) assert.match(uri, /^http:\/\/(127\.0\.0\.1:3000\/sub\/[a-z]|localhost:\d+)/)
  })
}
