/** The rules that hold for an import of any format, on both databases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPasswordPool } from '../../../src/passwords/pool.ts'
import { aspnet } from '../../../src/users/import/formats/aspnet.ts'
import type { ImportReport } from '../../../src/users/import/import-users.ts'
import { parseMapRule } from '../../../src/users/import/map-rules.ts'
import { databaseKinds } from '../../support/databases.ts'
import { importedAt, startImport } from '../../support/imports.ts'

const hash = '$pbkdf2-sha256$29000$AAECAwQFBgcICQoLDA0ODw$oQniwjLkYbajNGr0RGSng8udgXKplgpN15LZNV56KTQ'
const bcrypt = '$2b$12$2Ss8aodwv5mZjR1Ofee86.OgtdlekDXCtdB6xH.l/nUMd9K73tmXa'

function summary({ imported, updated, present, disabled, rejected, schemes }: ImportReport): object {
  return { imported, updated, present, disabled, rejected, schemes: Object.fromEntries(schemes) }
}

for (const kind of databaseKinds) {
  test(`${kind}: a user who is disabled in any spelling comes in disabled, and the report names the member`, async (t) => {
    const { store, importRecords } = await startImport(t, kind)
    const report = await importRecords([
      { username: 'ann', password_hash: hash, isActive: 'f' },
      { username: 'bob', passwordHash: bcrypt, deleted_at: '2026-01-01T00:00:00Z', status: 'SUSPENDED' },
      { username: 'cat', encrypted_password: hash, locked: 'no', enabled: 1 },
      { username: 'dan' },
    ])
    assert.deepEqual(summary(report), {
      imported: 4,
      updated: 0,
      present: 0,
      disabled: 2,
      rejected: 0,
      schemes: { 'pbkdf2-sha256': 2, bcrypt: 1, none: 1 },
    })
    assert.deepEqual(
      [...report.disabledBy],
      [
        ['isActive', 1],
        ['deleted_at', 1],
        ['status', 1],
      ],
    )
    assert.deepEqual(report.withoutPassword, ['dan'])
    assert.deepEqual(report.ignored, [])
    const users = await store.users.list(10)
    assert.deepEqual(
      users.map(({ subject }) => subject.isDisabled),
      [true, true, false, false],
    )
    assert.equal((await store.credentials.find('bob'))?.passwordHash, bcrypt)
  })

  test(`${kind}: a label that may be a denial stops the import until the file says who is disabled`, async (t) => {
    const { store, importRecords } = await startImport(t, kind)
    const records = [
      { username: 'ann', hashed_password: hash, app: { roles: ['blocklist-editor'] } },
      { username: 'bob', hashed_password: hash, app: { roles: ['banned'] } },
    ]
    const asked = await importRecords(records)
    assert.deepEqual([...asked.questions], [['app.roles', { about: 'labels', place: 'line 1', rows: 2 }]])
    const marked = records.map((record) => (record.username === 'bob' ? { ...record, disabled: true } : record))
    const answered = await importRecords(marked, { rules: [parseMapRule('ignore=app.roles')] })
    assert.equal(answered.imported, 2)
    const users = await store.users.list(10)
    assert.deepEqual(
      users.map(({ subject }) => subject.isDisabled),
      [false, true],
    )
  })

  test(`${kind}: a flag whose name may be a denial stops the import until --map says what it is`, async (t) => {
    const { store, importRecords } = await startImport(t, kind)
    const records = [{ username: 'ann', hashed_password: hash, app: { delete_flag: 1 } }]
    const asked = await importRecords(records)
    assert.deepEqual([...asked.questions], [['app.delete_flag', { about: 'rights', place: 'line 1', rows: 1 }]])
    await importRecords(records, { rules: [parseMapRule('disabled=app.delete_flag')] })
    assert.equal((await store.users.findByUsername('ann'))?.subject.isDisabled, true)
  })

  test(`${kind}: what may be a denial or a hash stops the import until --map says what it is`, async (t) => {
    const { store, importRecords } = await startImport(t, kind)
    const records = [
      { username: 'ann', frozen_reason: '', auth: { secret: hash } },
      { username: 'bob', frozen_reason: 'unpaid', app: { level: 3 } },
    ]
    const asked = await importRecords(records, { skipsInvalid: true })
    assert.deepEqual(
      [...asked.questions],
      [
        ['auth.secret', { about: 'hash', place: 'line 1', rows: 1 }],
        ['frozen_reason', { about: 'rights', place: 'line 2', rows: 1 }],
      ],
    )
    assert.equal(asked.imported, 0)
    const rules = ['hashed_password=auth.secret', 'ignore=app.level', 'nickname=no.such'].map(parseMapRule)
    const unused = await importRecords(records, { rules: [...rules, parseMapRule('ignore=frozen_reason')] })
    assert.deepEqual([unused.unusedRules, unused.imported], [['no.such'], 0])
    const frozen = parseMapRule('nickname=frozen_reason')
    const answered = await importRecords(records, { rules: [...rules.slice(0, 2), frozen] })
    assert.equal(answered.imported, 2)
    assert.equal((await store.credentials.find('ann'))?.passwordHash, hash)
    assert.equal((await store.users.findById('bob'))?.profile.claims['nickname'], 'unpaid')
  })

  test(`${kind}: --map disabled and enabled read values as the members of these names`, async (t) => {
    const { store, importRecords } = await startImport(t, kind)
    const rules = ['disabled=x', 'enabled=y'].map(parseMapRule)
    await importRecords(
      [
        { username: 'a', x: 'no', y: 1 },
        { username: 'b', x: 't', y: 1 },
        { username: 'c', x: 0, y: 'f' },
      ],
      { rules },
    )
    assert.deepEqual(
      (await store.users.list(5)).map(({ subject }) => subject.isDisabled),
      [false, true, true],
    )
    const wrong = await importRecords([{ username: 'd', x: 'perhaps', y: 1 }], { rules })
    assert.equal(wrong.rejectedRows[0]?.problems[0]?.message, 'must be true or false')
  })

  test(`${kind}: a member that --map names may be a value of the format, too`, async (t) => {
    const { store, importRecords } = await startImport(t, kind)
    const rules = ['username=email', 'email_verified=checked', 'locale=lang'].map(parseMapRule)
    await importRecords([{ id: 1, email: 'ann@example.com', checked: 't', lang: null, locale: 'fr' }], { rules })
    const ann = (await store.users.findById('1'))?.profile
    assert.deepEqual(
      [ann?.username, ann?.email, ann?.isEmailVerified, ann?.claims],
      ['ann@example.com', 'ann@example.com', true, { locale: 'fr' }],
    )
    const row = { Id: 'b', UserName: 'bob', Email: 'bob@example.com', EmailConfirmed: '0', PasswordHash: null }
    const enabled = [parseMapRule('enabled=EmailConfirmed')]
    const report = await importRecords([row, { ...row, Id: 'c', UserName: 'cat', EmailConfirmed: '1' }], {
      rules: enabled,
      format: aspnet,
    })
    assert.deepEqual([report.imported, report.disabled, report.ignored], [2, 1, []])
    assert.equal((await store.users.findById('c'))?.profile.isEmailVerified, true)
  })

  test(`${kind}: one bad row decides for the others only until it may be skipped`, async (t) => {
    const { store, importRecords } = await startImport(t, kind)
    const records = [
      { username: 'ann', id: '1' },
      { username: 'bob', id: '1' },
      { username: 'ANN', id: '3' },
      { username: 'eve', password: 'in plain text' },
      null,
      { username: 'kim', password: hash, pw: bcrypt },
      { username: 'zoe', id: '2' },
    ]
    const stopped = await importRecords(records)
    assert.deepEqual([stopped.imported, stopped.rejected, (await store.users.list(9)).length], [0, 5, 0])
    assert.deepEqual(
      stopped.rejectedRows.map(
        ({ row, problems }) => `${row} ${problems.map(({ field, message }) => `${field} ${message}`).join()}`,
      ),
      [
        '2 id is also at line 1',
        '3 username is also at line 1',
        '4 password has a format that is not supported',
        '5 undefined is not a JSON object',
        '6 password and pw may both be the password hash: choose with --map hashed_password=',
      ],
    )
    const skipped = await importRecords(records, { skipsInvalid: true })
    assert.deepEqual([skipped.imported, skipped.rejected], [2, 5])
    assert.deepEqual(
      (await store.users.list(9)).map(({ profile }) => profile.username),
      ['ann', 'zoe'],
    )
  })

  test(`${kind}: a later import fills in what is missing, takes rights away, and overwrites nothing`, async (t) => {
    const { store, importRecords } = await startImport(t, kind)
    await importRecords([
      { username: 'ann', email: 'ann@example.com', nickname: 'A', phone_number: '+1 425 555 0100' },
      { username: 'bob', password: hash },
      { username: 'cat', disabled: true },
    ])
    const later = [
      {
        username: 'ann',
        password: bcrypt,
        email: 'other@example.com',
        email_verified: true,
        full_name: 'Ann',
        nickname: 'B',
        locale: 'en',
        phone_number: '+1 425 555 0199',
        phone_number_verified: true,
      },
      { username: 'bob', password: bcrypt, disabled: true },
      { username: 'cat', disabled: false, full_name: 'Cat' },
      { username: 'dan' },
    ]
    assert.deepEqual(summary(await importRecords(later, { updatesPresent: true, isDryRun: true })), {
      imported: 0,
      updated: 3,
      present: 3,
      disabled: 0,
      rejected: 0,
      schemes: { none: 1 },
    })
    const unchanged = await importRecords(later.slice(0, 3))
    assert.deepEqual([unchanged.present, unchanged.updated], [3, 0])
    const filled = await importRecords(later, { updatesPresent: true })
    assert.deepEqual([filled.imported, filled.updated], [1, 3])
    const [ann, bob, cat] = await store.users.list(3)
    assert.deepEqual(
      [ann?.profile.email, ann?.profile.isEmailVerified, ann?.profile.fullName, ann?.profile.claims],
      ['ann@example.com', false, 'Ann', { nickname: 'A', phone_number: '+1 425 555 0100', locale: 'en' }],
    )
    assert.equal((await store.credentials.find('ann'))?.passwordHash, bcrypt)
    assert.equal((await store.credentials.find('bob'))?.passwordHash, hash)
    assert.deepEqual([bob?.subject.isDisabled, cat?.subject.isDisabled], [true, true])
    assert.equal((await importRecords(later, { updatesPresent: true })).updated, 0)
  })

  test(`${kind}: a user whom a reader may take for another one comes in, and is named`, async (t) => {
    const { importRecords } = await startImport(t, kind)
    await importRecords([{ username: 'Copa' }])
    const records = ['сора', 'ОРЕХ', 'opex', 'иван@example.com'].map((username) => ({ username }))
    const report = await importRecords(records)
    assert.equal(report.imported, 4)
    assert.deepEqual(report.lookalikes, [
      { username: 'сора', looksLike: 'Copa' },
      { username: 'opex', looksLike: 'line 2' },
    ])
  })

  test(`${kind}: an import that was interrupted goes on`, async (t) => {
    const { store, importRecords } = await startImport(t, kind)
    const records = Array.from({ length: 1200 }, (_, user) => ({ username: `user${user}` }))
    const onProgress = (task: string, rows: number) => {
      if (task === 'imported' && rows === 1000) throw new Error('killed')
    }
    await assert.rejects(importRecords(records, { onProgress }), /killed/)
    assert.equal((await store.users.findById('user999'))?.subject.createdAt, importedAt)
    const rest = await importRecords(records)
    assert.deepEqual([rest.present, rest.imported], [1000, 200])
  })
}

test('weak hashes are rejected, or come inside of argon2id; --rehash wrap puts all old ones there', async (t) => {
  const { store, importRecords } = await startImport(t, 'sqlite')
  const passwords = createPasswordPool({ workers: 1 })
  t.after(() => passwords.close())
  const weak = '{SSHA}aBlfKi+Jk4tzF+lS3DFATXo2DMWhssPU'
  const records = [{ username: 'ann', password: weak }, { username: 'bob', password: hash }, { username: 'cat' }]
  const rejected = await importRecords(records)
  assert.match(rejected.rejectedRows[0]?.problems[0]?.message ?? '', /is a weak hash .*--allow-weak-hashes/)
  const hashOf = async (username: string) => (await store.credentials.find(username))?.passwordHash ?? ''

  const allowed = await importRecords(records, { wrapping: { passwords, allowsWeak: true, wrapsOthers: false } })
  assert.deepEqual([allowed.imported, allowed.wrapped, allowed.belowFloor], [3, 1, 1])
  assert.match(await hashOf('ann'), /^\$wrapped\$argon2id\$/)
  assert.equal(await hashOf('bob'), hash)

  const all = { passwords, allowsWeak: false, wrapsOthers: true }
  const later = [{ username: 'cat', password: bcrypt }, { username: 'dan', password: hash }, { username: 'eve' }]
  const wrapped = await importRecords(later, { updatesPresent: true, wrapping: all })
  assert.deepEqual([wrapped.imported, wrapped.updated, wrapped.wrapped], [2, 1, 1])
  for (const username of ['cat', 'dan']) assert.match(await hashOf(username), /^\$wrapped\$argon2id\$/, username)
  const { isMatch } = await passwords.verify(await hashOf('cat'), 'tim1234')
  assert.equal(isMatch, true)
})
