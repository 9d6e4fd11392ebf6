/** OpenID Connect Core 1.0: the client's checks of an ID token; for those of its times see oidc-core-times.test.ts. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { beginLogin } from '../../src/oauth/authorization-request.ts'
import { completeLogin } from '../../src/oauth/authorization-response.ts'
import { refreshTokens } from '../../src/oauth/refresh.ts'
import { startIssuer, tokenResponse } from '../support/issuer.ts'
import { callbackFor, claimsFor, clientId, configFor, expectLogin, logIn, makeIdToken } from '../support/logins.ts'

const invalid = { code: 'id_token_invalid' }

test('§3.1.3.7 the claims of an accepted ID token are those of the user', async (t) => {
  const issuer = await startIssuer(t)
  const { claims, idToken } = await logIn(issuer, configFor(issuer), { claims: { name: 'Tim' } })
  assert.equal(claims?.sub, 'u1')
  assert.equal(claims?.['name'], 'Tim')
  assert.ok(idToken)
})

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Texts that lenient decoders read as the same bytes. The last one has stray bits, if the length leaves any. */
function spellingsOf(part: string): readonly string[] {
  const last = alphabet[alphabet.indexOf(part.at(-1) ?? '') + 1]
  return [`${part}=`, `${part}==`, ` ${part}`, `${part}\n`, ...(part.length % 4 > 0 ? [part.slice(0, -1) + last] : [])]
}

test('RFC 7515 §2, RFC 4648 §3.5 an ID token has one spelling: no padding, white space or stray bits', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  let found = 0
  for (const filler of ['', 'a', 'aa']) {
    for (const at of [0, 1, 2]) {
      const { url, transaction } = await beginLogin(config)
      const claims = { ...claimsFor(issuer, transaction.nonce), filler }
      const parts = makeIdToken(claims, { alg: 'RS256', filler }).split('.')
      parts[2] = Buffer.from(`signature${filler}`).toString('base64url')
      for (const spelling of spellingsOf(parts[at] ?? '')) {
        assert.deepEqual(Buffer.from(spelling, 'base64url'), Buffer.from(parts[at] ?? '', 'base64url'))
        expectLogin(issuer, url, { id_token: parts.with(at, spelling).join('.') })
        await assert.rejects(completeLogin(config, transaction, callbackFor(issuer, url)), invalid, spelling)
        found += 1
      }
      expectLogin(issuer, url, { id_token: parts.join('.') })
      assert.ok((await completeLogin(config, transaction, callbackFor(issuer, url))).claims)
    }
  }
  assert.equal(found, 3 * 3 * 4 + 6)
})

test('§3.1.3.3 a response without ID token is rejected when openid was requested', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  const { url, transaction } = await beginLogin(config)
  const rejected = { code: 'response_invalid', message: /id_token/ }
  await assert.rejects(completeLogin(config, transaction, callbackFor(issuer, url)), rejected)
})

test('§3.1.2.1 without openid there is no nonce, and no ID token is needed', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer, { scope: 'items' })
  const { url, transaction } = await beginLogin(config)
  assert.equal(new URL(url).searchParams.get('nonce'), null)
  assert.equal((await completeLogin(config, transaction, callbackFor(issuer, url))).claims, undefined)
})

test('§3.1.3.7 item 2: iss must be exactly the issuer', async (t) => {
  const issuer = await startIssuer(t)
  for (const iss of ['https://evil.example', `${issuer.url}/`, undefined, 7]) {
    await assert.rejects(logIn(issuer, configFor(issuer), { claims: { iss } }), { code: 'issuer_mismatch' })
  }
})

test('§3.1.3.7 items 3 to 5: aud must list this client, and azp must be this client', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  const wrong = [
    { aud: 'other' },
    { aud: undefined },
    { aud: [] },
    { aud: ['other'] },
    { aud: [clientId, 'other'] },
    { aud: [clientId, 'other'], azp: 'other' },
    { aud: clientId, azp: 'other' },
  ]
  for (const claims of wrong) await assert.rejects(logIn(issuer, config, { claims }), invalid, JSON.stringify(claims))
  const right = [{ aud: [clientId] }, { aud: [clientId, 'other'], azp: clientId }, { azp: clientId }]
  for (const claims of right) assert.ok(await logIn(issuer, config, { claims }))
})

test('§5.3.2 a member that is null counts as absent, in the response and in the ID token', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  const claims = { azp: null, at_hash: null, acr: null }
  const { url, transaction } = await beginLogin(config)
  const idToken = makeIdToken({ ...claimsFor(issuer, transaction.nonce), ...claims })
  const none = { refresh_token: null, scope: null, expires_in: null }
  issuer.routes['/token'] = () => ({ body: tokenResponse({ id_token: idToken, ...none }) })
  const tokens = await completeLogin(config, transaction, callbackFor(issuer, url))
  assert.deepEqual([tokens.refreshToken, tokens.expiresAt], [undefined, undefined])
  assert.deepEqual(tokens.scopes, config.scope.split(' '))
  // A required member that is null is missing.
  for (const name of ['nonce', 'sub', 'aud', 'exp', 'iat']) {
    await assert.rejects(logIn(issuer, config, { claims: { [name]: null } }), invalid, name)
  }
  for (const name of ['access_token', 'token_type', 'id_token']) {
    const begun = await beginLogin(config)
    issuer.routes['/token'] = () => ({ body: tokenResponse({ id_token: idToken, [name]: null }) })
    const rejected = { code: 'response_invalid' }
    await assert.rejects(completeLogin(config, begun.transaction, callbackFor(issuer, begun.url)), rejected, name)
  }
})

test('§3.1.3.7 item 11: the nonce is that of the login', async (t) => {
  const issuer = await startIssuer(t)
  for (const nonce of ['of-another-login', '', undefined]) {
    await assert.rejects(logIn(issuer, configFor(issuer), { claims: { nonce } }), invalid)
  }
})

test('§3.1.3.6 at_hash is that of the access token, by the algorithm of the ID token', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  const hashes = [
    ['ES256', 'sha256'],
    ['PS384', 'sha384'],
    ['RS512', 'sha512'],
    ['EdDSA', 'sha512'],
    ['Ed25519', 'sha512'],
  ] as const
  for (const [alg, name] of hashes) {
    const half = (text: string) => {
      const digest = createHash(name).update(text).digest()
      return digest.subarray(0, digest.length / 2).toString('base64url')
    }
    const header = { alg }
    assert.ok(await logIn(issuer, config, { header, claims: { at_hash: half('access-1') } }))
    await assert.rejects(logIn(issuer, config, { header, claims: { at_hash: half('access-2') } }), invalid)
  }
})

test('§2 an ID token that is unsigned, encrypted or not a JWT is rejected', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  for (const header of [{ alg: 'none' }, { alg: 'NONE' }, {}])
    await assert.rejects(logIn(issuer, config, { header }), invalid)
  const valid = makeIdToken(claimsFor(issuer, null))
  const tokens = await logIn(issuer, config)
  for (const idToken of [
    'x',
    'a.b.c',
    `${valid}.x.y`,
    valid.split('.').slice(0, 2).join('.'),
    '..',
    'bnVsbA.bnVsbA.x',
  ]) {
    issuer.routes['/token'] = () => ({ body: tokenResponse({ id_token: idToken }) })
    await assert.rejects(refreshTokens(config, tokens), invalid, idToken)
  }
})

test('§2 an ID token has one spelling: no padding, white space or stray bits, and a signature (RFC 7515 §2)', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  const tokens = await logIn(issuer, config)
  const [, payload] = makeIdToken({ ...claimsFor(issuer, null), nonce: undefined }).split('.')
  const header = Buffer.from('{"alg":"ES256" }').toString('base64url')
  const refreshWith = (idToken: string) => {
    issuer.routes['/token'] = () => ({ body: tokenResponse({ id_token: idToken }) })
    return refreshTokens(config, tokens)
  }
  assert.ok((await refreshWith(`${header}.${payload}.c2lnbg`)).claims)
  const stray = `${header.slice(0, -1)}R`
  assert.equal(Buffer.from(stray, 'base64url').toString(), '{"alg":"ES256" }')
  for (const idToken of [
    `${stray}.${payload}.c2lnbg`,
    `${header}==.${payload}.c2lnbg`,
    `${header}.${payload}.c2lnbh`,
    `${header}.${payload}.c2lnbg==`,
    `${header}.${payload}.c2ln bg`,
    `${header}.${payload}.c2l+`,
    `${header}.${payload}.`,
    ` ${header}.${payload}.c2lnbg`,
    `${header}.${payload}.c2lnbg\n`,
  ]) {
    await assert.rejects(refreshWith(idToken), invalid, JSON.stringify(idToken))
  }
})

test('§2 sub names the user in at most 255 characters', async (t) => {
  const issuer = await startIssuer(t)
  for (const sub of [undefined, '', 7, 'x'.repeat(256)]) {
    await assert.rejects(logIn(issuer, configFor(issuer), { claims: { sub } }), invalid)
  }
})

test('§12.2 an ID token in a renewal has the same user, and the same nonce if it has one', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  const tokens = await logIn(issuer, config)
  const renew = async (claims: Readonly<Record<string, unknown>>) => {
    const idToken = makeIdToken({ ...claimsFor(issuer, null), nonce: undefined, ...claims })
    issuer.routes['/token'] = () => ({ body: tokenResponse({ id_token: idToken }) })
    return await refreshTokens(config, tokens)
  }
  assert.equal((await renew({ name: 'Timothy' })).claims?.['name'], 'Timothy')
  assert.ok(await renew({ nonce: tokens.claims?.['nonce'] }))
  await assert.rejects(renew({ sub: 'u2' }), invalid)
  await assert.rejects(renew({ nonce: 'of-another-login' }), invalid)
})
