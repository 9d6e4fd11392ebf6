/** RFC 9728: protected resource metadata. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDpop } from '../../src/dpop/dpop.ts'
import { makeGuard, requestRejectionOf, requestWith } from '../support/guards.ts'
import { issuer, makePairSigner } from '../support/tokens.ts'

const signer = await makePairSigner('ES256', 'key-1')

test('§2 the document names the resource and its issuer, and leaves out what is not known', () => {
  const { document } = makeGuard([signer], { metadata: true }).metadata()
  assert.deepEqual(document, {
    resource: 'https://api.example',
    authorization_servers: [issuer],
    bearer_methods_supported: ['header'],
  })
})

test('§2 name, documentation and scopes are told when they are given', () => {
  const metadata = { name: 'Items', documentation: 'https://api.example/docs', scopes: ['items', 'me'] }
  const { document } = makeGuard([signer], { metadata }).metadata()
  assert.equal(document.resource_name, 'Items')
  assert.equal(document.resource_documentation, 'https://api.example/docs')
  assert.deepEqual(document.scopes_supported, ['items', 'me'])
})

test('§2 the algorithms of DPoP proofs are told, and whether tokens must be bound', () => {
  const optional = makeGuard([signer], { metadata: true, dpop: createDpop() }).metadata().document
  assert.ok(optional.dpop_signing_alg_values_supported?.includes('ES256'))
  assert.equal(optional.dpop_bound_access_tokens_required, undefined)
  const required = makeGuard([signer], { metadata: true, dpop: createDpop({ required: true }) }).metadata().document
  assert.equal(required.dpop_bound_access_tokens_required, true)
})

const root = '/.well-known/oauth-protected-resource'
for (const [audience, url, paths] of [
  ['https://api.example', `https://api.example${root}`, [root]],
  ['https://api.example/', `https://api.example${root}`, [root]],
  ['https://api.example/mcp', `https://api.example${root}/mcp`, [`${root}/mcp`, root]],
  ['https://api.example/mcp/', `https://api.example${root}/mcp/`, [`${root}/mcp/`, root]],
  ['https://api.example:8443/a/b?c=d', `https://api.example:8443${root}/a/b?c=d`, [`${root}/a/b`, root]],
  ['http://127.0.0.1:3000/mcp', `http://127.0.0.1:3000${root}/mcp`, [`${root}/mcp`, root]],
] as const) {
  test(`§3.1 the metadata of ${audience} are at ${url}`, () => {
    const metadata = makeGuard([signer], { audience, metadata: true }).metadata()
    assert.equal(metadata.url, url)
    assert.deepEqual(metadata.paths, paths)
    assert.equal(metadata.document.resource, audience)
  })
}

test('§5.1 challenges say where the metadata are, and say nothing of them when there are none', async () => {
  const told = await requestRejectionOf(makeGuard([signer], { metadata: true }), requestWith())
  assert.equal(told.headers['www-authenticate'], `Bearer resource_metadata="https://api.example${root}"`)
  const untold = await requestRejectionOf(makeGuard([signer], { metadata: false }), requestWith())
  assert.equal(untold.headers['www-authenticate'], 'Bearer')
})

for (const [metadata, message] of [
  [{ name: '' }, /metadata\.name/],
  [{ documentation: 'docs' }, /metadata\.documentation/],
  [{ documentation: 'javascript:alert(1)' }, /metadata\.documentation must be an http\(s\) URL/],
  [{ documentation: 'data:text/html,x' }, /metadata\.documentation/],
  [{ scopes: ['a b'] }, /metadata\.scopes must be an array of scopes/],
  [{ scopes: ['offline_access'] }, /must not have offline_access/],
] as const) {
  test(`§2 metadata ${JSON.stringify(metadata)} are rejected`, () => {
    assert.throws(() => makeGuard([signer], { metadata }), { name: 'TypeError', message })
  })
}

for (const audience of [
  'items',
  'https://api.example/#part',
  'urn:example:api',
  'ftp://api.example',
  'http://api.example',
  'https://tim:secret@api.example',
  'https://api.example/?x=\\',
]) {
  test(`§1.2 ${audience} is no identifier of a resource that has metadata`, () => {
    assert.throws(() => makeGuard([signer], { audience, metadata: true }), /metadata needs audience/)
  })
}
