import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Migrator } from 'kysely/migration'
import { resolveOptions } from '../../src/config/resolve-options.ts'
import { type AsymmetricAlgorithm, asymmetricAlgorithms } from '../../src/domain/algorithm.ts'
import { systemRandom } from '../../src/environment.ts'
import { openKeyRing } from '../../src/keys/key-ring.ts'
import { resealKeys } from '../../src/keys/reseal.ts'
import { revokeKey } from '../../src/keys/revoke.ts'
import { type RotationRequest, rotateKeys } from '../../src/keys/rotate.ts'
import { makeKey, SealedKeysError, stateOf } from '../../src/keys/stored-key.ts'
import { StoreError } from '../../src/store/errors.ts'
import { migrationTable } from '../../src/store/migration-state.ts'
import * as foundation from '../../src/store/migrations/0001-foundation.ts'
import { migrateStore, openStore, type Store } from '../../src/store/open.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { type DatabaseKind, databaseKinds, freshDatabase, freshStore, freshStoreAndUrl } from '../support/databases.ts'
import { query } from '../support/rows.ts'
import { testSecret } from '../support/server.ts'

const config = resolveOptions({ secretKey: testSecret })
const lifetime = 1800
const day = 24 * 3600

const ringOf = (store: Store, now = 1, secretKey = testSecret) =>
  openKeyRing({ ...config, secretKey }, store, systemRandom, () => now)

const rotation = (now: number, ...algorithms: readonly AsymmetricAlgorithm[]): RotationRequest => ({
  secretKey: testSecret,
  random: systemRandom,
  now,
  lifetime,
  isDue: (key) => algorithms.includes(key.algorithm),
})

const damages = {
  'a public key that is no longer JSON': "public_jwk = '{'",
  'a public key of which a part is missing': `public_jwk = '{"kty":"EC","crv":"P-256"}'`,
  'another algorithm': "algorithm = 'RS256', retired_at = 1, expires_at = 10000",
}

async function keysOf(store: Store, algorithm: AsymmetricAlgorithm) {
  const keys = (await store.signingKeys.list()).filter((key) => key.algorithm === algorithm)
  return {
    next: keys.filter((key) => stateOf(key) === 'next'),
    active: keys.filter((key) => stateOf(key) === 'active'),
    retired: keys.filter((key) => stateOf(key) === 'retired'),
  }
}

/** Two processes with the same database. */
async function twoStores(t: TestContext, kind: DatabaseKind): Promise<readonly [Store, Store]> {
  const database = await freshDatabase(kind)
  const first = await openStore({ url: database.url, migrate: true })
  const second = await openStore({ url: database.url, migrate: false })
  t.after(async () => {
    await first.close()
    await second.close()
    await database.remove()
  })
  return [first, second]
}

test('no key has an id that a command would take for a flag', async () => {
  const sealing = { secretKey: testSecret, random: systemRandom, now: 1 }
  for (let count = 0; count < 400; count++) assert.match((await makeKey('ES256', 'next', sealing)).keyId, /^[^-]/)
})

for (const kind of databaseKinds) {
  test(`${kind}: processes that start at the same time make one active and one next key of each algorithm`, async (t) => {
    const [first, second] = await twoStores(t, kind)
    const rings = await Promise.all([first, second, first, second].map((store) => ringOf(store)))
    for (const algorithm of asymmetricAlgorithms) {
      assert.equal(new Set(rings.map((ring) => ring.signingKey(algorithm).keyId)).size, 1)
      const { next, active } = await keysOf(first, algorithm)
      assert.deepEqual([next.length, active.length], [1, 1])
    }
    assert.equal((await first.signingKeys.list()).length, 2 * asymmetricAlgorithms.length)
  })

  for (const [what, damage] of Object.entries(damages)) {
    test(`${kind}: ${what} ends the start with a sentence that names the key, which can then be revoked`, async (t) => {
      const { store, url } = await freshStoreAndUrl(t, kind)
      const { keyId = '' } = (await ringOf(store)).signingKey('ES256')
      await query(url, `update signing_keys set ${damage} where key_id = '${keyId}'`)
      await assert.rejects(ringOf(store), (error: unknown) => {
        assert.ok(error instanceof StoreError)
        assert.match(
          error.message,
          new RegExp(
            `^The signing key ${keyId} in this database is damaged: .* keys revoke --reason damaged -- ${keyId}$`,
          ),
        )
        return error.code === 'corrupt'
      })
      const { signs } = await revokeKey(
        store,
        { secretKey: testSecret, random: systemRandom, now: 2 },
        keyId,
        'damaged',
      )
      assert.notEqual((await ringOf(store)).signingKey('ES256').keyId, keyId)
      assert.notEqual(signs, keyId)
    })
  }

  test(`${kind}: stored private keys are sealed, and open only with their SECRET_KEY`, async (t) => {
    const store = await freshStore(t, kind)
    await ringOf(store)
    for (const stored of await store.signingKeys.list()) {
      assert.equal(stored.sealedPrivateKey.includes('PRIVATE'), false)
      assert.equal(Buffer.from(stored.sealedPrivateKey, 'base64url').includes('PRIVATE'), false)
      assert.equal(/"(d|p|q)"/.test(stored.publicJwk), false)
    }
    await assert.rejects(ringOf(store, 1, `another ${testSecret}`), SealedKeysError)
    await assert.rejects(
      rotateKeys(store, { ...rotation(day, 'ES256'), secretKey: `another ${testSecret}` }),
      SealedKeysError,
    )
    assert.equal((await keysOf(store, 'ES256')).retired.length, 0)
  })

  test(`${kind}: a sealed private key opens only in its own row`, async (t) => {
    const { store, url } = await freshStoreAndUrl(t, kind)
    await ringOf(store)
    const { active, next } = await keysOf(store, 'ES256')
    const [row, other] = [active[0], next[0]]
    assert.ok(row && other)
    await query(
      url,
      `update signing_keys set sealed_private_key = '${other.sealedPrivateKey}' where key_id = '${row.keyId}'`,
    )
    await assert.rejects(ringOf(store), SealedKeysError)
  })

  test(`${kind}: a rotation retires the active key, lets the next one sign and publishes a new next one`, async (t) => {
    const store = await freshStore(t, kind)
    await ringOf(store)
    const before = await keysOf(store, 'ES256')

    assert.deepEqual(await rotateKeys(store, rotation(day, 'ES256')), [{ algorithm: 'ES256', outcome: 'rotated' }])

    const after = await keysOf(store, 'ES256')
    assert.deepEqual(
      after.active.map((key) => [key.keyId, key.activatedAt]),
      before.next.map((key) => [key.keyId, day]),
    )
    assert.deepEqual(
      after.retired.map((key) => [key.keyId, key.retiredAt, key.expiresAt, key.sealedPrivateKey]),
      before.active.map((key) => [key.keyId, day, day + lifetime + 120, '']),
    )
    assert.deepEqual([after.next.length, after.next[0]?.createdAt], [1, day])
    assert.equal((await keysOf(store, 'RS256')).retired.length, 0)
  })

  test(`${kind}: R18, S9 parallel rotations, of one process and of two, make one new key of each algorithm`, async (t) => {
    const [first, second] = await twoStores(t, kind)
    await ringOf(first)
    const request = rotation(day, ...asymmetricAlgorithms)
    const rotations = (
      await Promise.all([first, second, first, second].map((store) => rotateKeys(store, request)))
    ).flat()
    for (const algorithm of asymmetricAlgorithms) {
      const outcomes = rotations.filter((rotated) => rotated.algorithm === algorithm).map(({ outcome }) => outcome)
      // Who reads after the first has written finds a next key that is too young.
      assert.equal(outcomes.filter((outcome) => outcome === 'rotated').length, 1)
      const { next, active, retired } = await keysOf(second, algorithm)
      assert.deepEqual([next.length, active.length, retired.length], [1, 1, 1])
    }
  })

  test(`${kind}: R18 an urgent rotation right after another one, by a second process, makes no second key`, async (t) => {
    const [first, second] = await twoStores(t, kind)
    await ringOf(first, day)
    const rotate = (store: Store, now: number) => rotateKeys(store, { ...rotation(now, 'ES256'), isUrgent: true })

    // The first key of all was activated just now too, but by no rotation.
    assert.equal((await rotate(first, day))[0]?.outcome, 'rotated')
    const after = await first.signingKeys.list()
    for (const now of [day - 1, day, day + 9]) {
      assert.deepEqual(await rotate(second, now), [
        { algorithm: 'ES256', outcome: 'already_rotated', activatedAt: day },
      ])
    }
    assert.deepEqual(await second.signingKeys.list(), after)

    assert.equal((await rotate(second, day + 10))[0]?.outcome, 'next_is_young')
    assert.equal((await rotate(second, day + 35))[0]?.outcome, 'rotated')
  })

  test(`${kind}: R18 a next key signs only when it was published for ten minutes, or when it is urgent for half a minute`, async (t) => {
    const store = await freshStore(t, kind)
    await ringOf(store, 1)
    const [refused] = await rotateKeys(store, rotation(600, 'EdDSA'))
    assert.equal(refused?.outcome, 'next_is_young')
    const [urgent] = await rotateKeys(store, { ...rotation(600, 'EdDSA'), isUrgent: true })
    assert.equal(urgent?.outcome, 'rotated')
    const [tooUrgent] = await rotateKeys(store, { ...rotation(634, 'EdDSA'), isUrgent: true })
    assert.equal(tooUrgent?.outcome, 'next_is_young')
    const [again] = await rotateKeys(store, { ...rotation(635, 'EdDSA'), isUrgent: true })
    assert.equal(again?.outcome, 'rotated')
    const [later] = await rotateKeys(store, rotation(1235, 'EdDSA'))
    assert.equal(later?.outcome, 'rotated')
  })

  test(`${kind}: R17 a key that was made while the clock was far ahead is not young for as long`, async (t) => {
    const store = await freshStore(t, kind)
    await ringOf(store, 1)
    await rotateKeys(store, rotation(400 * day, 'ES256'))
    const isRotated = async (now: number, isUrgent: boolean) =>
      (await rotateKeys(store, { ...rotation(now, 'ES256'), isUrgent }))[0]?.outcome === 'rotated'
    // The clock may have been set back by a little.
    assert.deepEqual([await isRotated(399 * day, false), await isRotated(399 * day, true)], [false, false])
    assert.ok(await isRotated(day, false))
    assert.deepEqual([await isRotated(day + 20, true), await isRotated(day + 600, false)], [false, true])
  })

  test(`${kind}: R20 keys that are sealed again open with the new SECRET_KEY only, and are the same keys`, async (t) => {
    const store = await freshStore(t, kind)
    const secretKey = `another ${testSecret}`
    const before = await ringOf(store)
    await rotateKeys(store, rotation(day, 'RS256'))
    await assert.rejects(
      resealKeys(store, { formerSecretKey: secretKey, secretKey, random: systemRandom }),
      SealedKeysError,
    )

    await resealKeys(store, { formerSecretKey: testSecret, secretKey, random: systemRandom })

    assert.equal((await ringOf(store, day, secretKey)).signingKey('ES256').keyId, before.signingKey('ES256').keyId)
    await assert.rejects(ringOf(store, day), SealedKeysError)
    assert.equal((await keysOf(store, 'RS256')).retired[0]?.sealedPrivateKey, '')
  })

  test(`${kind}: a retired key is removed when its last token has expired, and not before`, async (t) => {
    const store = await freshStore(t, kind)
    await ringOf(store)
    await rotateKeys(store, rotation(day, 'ES256'))
    await store.signingKeys.removeExpired(day + lifetime + 119)
    assert.equal((await keysOf(store, 'ES256')).retired.length, 1)
    await store.signingKeys.removeExpired(day + lifetime + 120)
    assert.equal((await keysOf(store, 'ES256')).retired.length, 0)
    assert.equal((await store.signingKeys.list()).length, 2 * asymmetricAlgorithms.length)
  })

  test(`${kind}: a key of the first version signs after the upgrade, which can be repeated`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    await migrateToFirstVersion(database.url)
    const old = await oldKey(t, kind)
    await query(
      database.url,
      `insert into signing_keys (key_id, algorithm, public_jwk, sealed_private_key, created_at, retired_at)
       values ('${old.keyId}', 'ES256', '${old.publicJwk}', '${old.sealedPrivateKey}', 7, null)`,
    )

    assert.equal((await migrateStore(database.url))[0], '0002-key-states')
    assert.deepEqual(await migrateStore(database.url), [])

    const store = await openStore({ url: database.url, migrate: false })
    t.after(store.close)
    const ring = await ringOf(store, day)
    assert.equal(ring.signingKey('ES256').keyId, old.keyId)
    const { next, active } = await keysOf(store, 'ES256')
    assert.deepEqual(
      active.map((key) => [key.keyId, key.createdAt, key.activatedAt]),
      [[old.keyId, 7, 7]],
    )
    assert.equal(next.length, 1)
    assert.equal(ring.jwks().keys.length, 2 * asymmetricAlgorithms.length)
  })
}

async function migrateToFirstVersion(url: string): Promise<void> {
  const { db, close } = url.startsWith('sqlite:')
    ? openSqlite(url.slice('sqlite:'.length), true)
    : await openPostgres(url)
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ '0001-foundation': foundation }) },
    migrationTableName: migrationTable,
    migrationLockTableName: `${migrationTable}_lock`,
  })
  const { error } = await migrator.migrateToLatest()
  await close()
  if (error) throw error
}

/** An ES256 key as the first version made it: the columns of then are as they were. */
async function oldKey(t: TestContext, kind: DatabaseKind) {
  const store = await freshStore(t, kind)
  await ringOf(store)
  const [key] = (await keysOf(store, 'ES256')).active
  assert.ok(key)
  return key
}
