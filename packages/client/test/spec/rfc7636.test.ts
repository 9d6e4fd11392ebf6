/** RFC 7636: Proof Key for Code Exchange. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { beginLogin } from '../../src/oauth/authorization-request.ts'
import { metadataOf, startIssuer } from '../support/issuer.ts'
import { configFor, logIn } from '../support/logins.ts'

test('§4.1, §4.2 every login has its own verifier, and sends its SHA-256', async (t) => {
  const config = configFor(await startIssuer(t))
  const verifiers = new Set<string>()
  for (let count = 0; count < 5; count++) {
    const { url, transaction } = await beginLogin(config)
    const { searchParams } = new URL(url)
    assert.match(transaction.codeVerifier, /^[\w-]{43}$/)
    const hash = createHash('sha256').update(transaction.codeVerifier).digest('base64url')
    assert.equal(searchParams.get('code_challenge'), hash)
    assert.equal(searchParams.get('code_challenge_method'), 'S256')
    assert.ok(!url.includes(transaction.codeVerifier))
    verifiers.add(transaction.codeVerifier)
  }
  assert.equal(verifiers.size, 5)
})

test('§4.5 the code is exchanged with the verifier', async (t) => {
  const issuer = await startIssuer(t)
  await logIn(issuer, configFor(issuer))
  assert.match(issuer.posted('/token')[0]?.get('code_verifier') ?? '', /^[\w-]{43}$/)
})

test('RFC 9700 §2.1.1 no login begins at an issuer that offers PKCE without S256', async (t) => {
  for (const methods of [[], ['plain']]) {
    const issuer = await startIssuer(t)
    const metadata = metadataOf(issuer, { code_challenge_methods_supported: methods })
    issuer.routes['/.well-known/oauth-authorization-server'] = () => ({ body: metadata })
    await assert.rejects(beginLogin(configFor(issuer)), { code: 'pkce_unsupported', expected: 'S256' })
  }
})

test('RFC 9700 §2.1.1 an issuer that does not say what it offers gets S256 too', async (t) => {
  const issuer = await startIssuer(t)
  const metadata = metadataOf(issuer, { code_challenge_methods_supported: undefined })
  issuer.routes['/.well-known/oauth-authorization-server'] = () => ({ body: metadata })
  const { url } = await beginLogin(configFor(issuer))
  assert.equal(new URL(url).searchParams.get('code_challenge_method'), 'S256')
})
