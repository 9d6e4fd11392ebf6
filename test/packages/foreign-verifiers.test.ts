/** Tokens of Countersign, verified by common libraries: with its published keys, or with its secret. */
import assert from 'node:assert/strict'
import { createPublicKey, type KeyObject } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { createVerifier } from 'fast-jwt'
import jsonwebtoken from 'jsonwebtoken'
import { startCommand, temporaryFolder } from '../support/process.ts'
import { tutorialToken } from '../support/tutorial-token.ts'

const secretKey = 'b1946ac92492d2347c6235b4d2611184f3a0c7d1'

interface Issued {
  readonly issuer: string
  readonly token: string
  /** PEM, or the secret. */
  readonly key: string
}

async function issue(t: TestContext, algorithm: string): Promise<Issued> {
  const environment = { ALGORITHM: algorithm, SECRET_KEY: secretKey, DATA_DIR: temporaryFolder(t) }
  const { origin } = await startCommand(t, ['dev'], environment)
  const token = await tutorialToken(origin)
  const key = algorithm === 'HS256' ? secretKey : pemOf(await publishedKey(origin, token))
  return { issuer: origin, token, key }
}

async function publishedKey(issuer: string, token: string): Promise<KeyObject> {
  const header = jsonwebtoken.decode(token, { complete: true })?.header
  const { keys } = JSON.parse(await (await fetch(`${issuer}/.well-known/jwks.json`)).text())
  const jwk = keys.find(({ kid }: { readonly kid: string }) => kid === header?.kid)
  return createPublicKey({ key: jwk, format: 'jwk' })
}

function pemOf(key: KeyObject): string {
  return String(key.export({ type: 'spki', format: 'pem' }))
}

/** The token with its signature replaced by another of the same length. */
function forged(token: string): string {
  const [header, payload, signature = ''] = token.split('.')
  return [header, payload, Buffer.alloc(Buffer.from(signature, 'base64url').length, 1).toString('base64url')].join('.')
}

for (const algorithm of ['ES256', 'RS256', 'EdDSA', 'HS256'] as const) {
  test(`${algorithm}: fast-jwt and jsonwebtoken verify a token, and reject another signature`, async (t) => {
    const { issuer, token, key } = await issue(t, algorithm)
    const verify = createVerifier({ key, algorithms: [algorithm], allowedIss: issuer, allowedAud: issuer })
    assert.equal(verify(token).sub, 'tim')
    assert.throws(() => verify(forged(token)), { code: 'FAST_JWT_INVALID_SIGNATURE' })

    // jsonwebtoken 9 does not support EdDSA.
    if (algorithm === 'EdDSA') return
    // Tokens of the tutorial (HS256) have no issuer and no audience.
    const names = algorithm === 'HS256' ? {} : { issuer, audience: issuer }
    const check = (text: string) => jsonwebtoken.verify(text, key, { algorithms: [algorithm], ...names })
    assert.equal(check(token).sub, 'tim')
    assert.throws(() => check(forged(token)), { message: 'invalid signature' })
  })
}
