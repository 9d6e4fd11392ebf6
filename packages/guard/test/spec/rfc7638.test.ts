/** RFC 7638: the thumbprint of a JWK, which a bound token names as `cnf.jkt`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calculateThumbprint } from '../../src/dpop/proof.ts'
import { readJwk } from '../../src/keys/jwk.ts'

const rsaKey = {
  kty: 'RSA',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
  e: 'AQAB',
  alg: 'RS256',
  kid: '2011-04-29',
}
const rsaThumbprint = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'

async function thumbprintOf(jwk: object): Promise<string> {
  const reading = readJwk(jwk)
  assert.ok(reading.ok)
  return await calculateThumbprint(reading.jwk.members)
}

test('§3.1 the RSA key of the example', async () => {
  assert.equal(await thumbprintOf(rsaKey), rsaThumbprint)
})

test('§3.2 members that are not required for the kind of key do not count', async () => {
  assert.equal(await thumbprintOf({ ...rsaKey, crv: 'P-256', x: 'AQAB', use: 'sig', alg: 'PS256' }), rsaThumbprint)
})

test('RFC 8037 §A.3 the Ed25519 key of the example', async () => {
  const key = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }
  assert.equal(await thumbprintOf(key), 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
})

test('RFC 9449 §6.1 the EC key of the example', async () => {
  const key = {
    kty: 'EC',
    crv: 'P-256',
    x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
    y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
  }
  assert.equal(await thumbprintOf(key), '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I')
})
