/** A backup that is not as it was written is rejected, wherever the damage is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { withChecksum } from '../../src/backup/checksum.ts'
import { createIdentity, decrypted, isEncrypted } from '../../src/backup/encryption.ts'
import { openStore } from '../../src/store/open.ts'
import { backUp, check, piecesOf } from '../support/backups.ts'
import { freshDatabase } from '../support/databases.ts'
import { aUser } from '../support/users.ts'

const checksumLength = 32

async function smallDatabase(t: { after: (end: () => Promise<void>) => void }): Promise<string> {
  const { url, remove } = await freshDatabase('sqlite')
  t.after(remove)
  const store = await openStore({ url, migrate: true })
  await store.users.insert([aUser('one'), aUser('two')])
  await store.close()
  return url
}

/** Its text, changed, and written as a backup again. */
async function rewritten(backup: Buffer, change: (text: string) => string): Promise<Buffer> {
  const text = gunzipSync(backup.subarray(0, -checksumLength)).toString()
  const chunks: Uint8Array[] = []
  for await (const chunk of withChecksum(piecesOf(gzipSync(change(text))))) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const damaged = { name: 'BackupError', code: 'damaged', message: /^is damaged, or is not a backup of Countersign: / }

test('R10 a backup in which any byte is another one is rejected', async (t) => {
  const backup = await backUp(await smallDatabase(t))
  await check(backup)
  for (let at = 0; at < backup.length; at++) {
    const changed = Buffer.from(backup)
    changed[at] = (changed[at] ?? 0) ^ 0x10
    await assert.rejects(check(changed), damaged, `byte ${at}`)
  }
})

test('R10 a backup that is cut off anywhere, or goes on, is rejected', async (t) => {
  const backup = await backUp(await smallDatabase(t))
  for (let length = 0; length < backup.length; length++) {
    await assert.rejects(check(backup.subarray(0, length)), damaged, `${length} bytes`)
  }
  for (const more of [Buffer.alloc(1), Buffer.alloc(1000), backup]) {
    await assert.rejects(check(Buffer.concat([backup, more])), damaged)
  }
})

test('an encrypted backup is opened by its own key alone, and rejected when it is damaged or cut off', async (t) => {
  const [key, other, stranger] = await Promise.all([createIdentity(), createIdentity(), createIdentity()])
  const backup = await backUp(await smallDatabase(t), { recipients: [key.recipient, other.recipient] })
  assert.ok(isEncrypted(backup))
  const open = async (bytes: Uint8Array, ...identities: string[]) => {
    const plain: Uint8Array[] = []
    for await (const chunk of decrypted(piecesOf(bytes), identities)) plain.push(chunk)
    return await check(Buffer.concat(plain))
  }
  await open(backup, key.identity)
  await open(backup, stranger.identity, other.identity)
  await assert.rejects(open(backup, stranger.identity), { code: 'wrong_identity' })
  await assert.rejects(open(backup), { code: 'encrypted', message: /--identity/ })
  for (let at = 0; at < backup.length; at += 23) {
    const changed = Buffer.from(backup)
    changed[at] = (changed[at] ?? 0) ^ 0x10
    await assert.rejects(open(changed, key.identity), { name: 'BackupError' }, `byte ${at}`)
    await assert.rejects(open(backup.subarray(0, at), key.identity), { name: 'BackupError' }, `${at} bytes`)
  }
})

test('a backup of another version, or with rows that do not fit, is named as such', async (t) => {
  const backup = await backUp(await smallDatabase(t))
  const another = async (change: (text: string) => string) => check(await rewritten(backup, change))
  await another((text) => text)
  const otherVersion = { name: 'BackupError', code: 'other_version' }
  await assert.rejects(
    another((text) => text.replace('"version":1', '"version":2')),
    { ...otherVersion, message: /^has the format 2, .* Countersign \d+\.\d+\.\d+: restore it with that version\.$/ },
  )
  await assert.rejects(
    another((text) => text.replace('"0001-foundation",', '')),
    { ...otherVersion, message: /has no 0001-foundation\. Restore it with that version, then .* migrate$/ },
  )
  await assert.rejects(
    another((text) => text.replace('"0001-foundation"', '"0001-foundation","9999-of-later"')),
    { ...otherVersion, message: /has 9999-of-later/ },
  )
  await assert.rejects(
    another((text) =>
      text
        .replace('"0001-foundation"', '"0001-foundation","9999-of-later"')
        .replace('"tables":[', '"tables":[{"name":"later","columns":["id"],"rows":1},')
        .replace('\n', '\n["one"]\n'),
    ),
    { ...otherVersion, message: /has 9999-of-later/ },
  )
  const wrong: readonly ((text: string) => string)[] = [
    (text) => text.replace('countersign-backup', 'another'),
    (text) => text.replace('"subjects"', '"pg_authid"'),
    (text) => text.replace(/\{"name":"incidents".*?\}/, '{"name":"items","columns":["item_id"],"rows":0}'),
    (text) => text.replace(/,\{"name":"incidents".*?\}/, ''),
    (text) => text.replace('"rows":2', '"rows":3'),
    (text) => text.replace('"rows":2', '"rows":1'),
    (text) => text.replace('"rows":2', '"rows":"2"'),
    (text) => text.replace('"rows":2', '"rows":-2'),
    (text) => text.replace(/"made_at":\d+/, '"made_at":1e15'),
    (text) => text.replace('"subjects","columns":[', '"subjects","columns":["more",'),
    (text) => text.replace('\n["one",', '\n["one",{},'),
    (text) => text.replace('\n["one"', '\n[{}'),
    (text) => `${text}[]\n`,
    () => '\n',
    () => '',
    () => 'null\n',
    () => 'x'.repeat(8_100_000),
  ]
  for (const change of wrong) await assert.rejects(another(change), damaged, String(change))
})
