import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openKeyRing, SealedKeysError } from '../../src/keys/key-ring.ts'
import { resolveOptions } from '../../src/options.ts'
import { openStore } from '../../src/store/open.ts'
import { systemRandom } from '../../src/world.ts'
import { databaseKinds, freshDatabase, freshStore } from '../support/databases.ts'
import { testSecret } from '../support/server.ts'

const config = resolveOptions({ secretKey: testSecret })

for (const kind of databaseKinds) {
  test(`${kind}: processes that start at once make one key`, async (t) => {
    const database = await freshDatabase(kind)
    const first = await openStore({ url: database.url, migrate: true })
    const second = await openStore({ url: database.url, migrate: false })
    t.after(async () => {
      await first.close()
      await second.close()
      await database.remove()
    })
    const rings = await Promise.all(
      [first, second, first, second].map((store) => openKeyRing(config, store, systemRandom, 1)),
    )
    assert.equal(new Set(rings.map((ring) => ring.signing.keyId)).size, 1)
    assert.equal((await first.signingKeys.list()).length, 1)
  })

  test(`${kind}: the stored private key is sealed, and opens only with its SECRET_KEY`, async (t) => {
    const store = await freshStore(t, kind)
    await openKeyRing(config, store, systemRandom, 1)
    const [stored] = await store.signingKeys.list()
    assert.equal(stored?.sealed_private_key.includes('PRIVATE'), false)
    assert.equal(Buffer.from(stored?.sealed_private_key ?? '', 'base64url').includes('PRIVATE'), false)
    assert.equal(/"d"/.test(stored?.public_jwk ?? ''), false)
    const other = resolveOptions({ secretKey: `another ${testSecret}` })
    await assert.rejects(openKeyRing(other, store, systemRandom, 1), SealedKeysError)
  })

  test(`${kind}: tokens of the former algorithm still verify after ALGORITHM changed`, async (t) => {
    const store = await freshStore(t, kind)
    const before = await openKeyRing(config, store, systemRandom, 1)
    const after = await openKeyRing(
      resolveOptions({ secretKey: testSecret, algorithm: 'EdDSA' }),
      store,
      systemRandom,
      2,
    )
    assert.equal(after.signing.algorithm, 'EdDSA')
    assert.deepEqual(
      after.verification.map((key) => key.algorithm),
      ['ES256', 'EdDSA'],
    )
    assert.equal(after.jwks.keys[0]?.kid, before.signing.keyId)
  })
}
