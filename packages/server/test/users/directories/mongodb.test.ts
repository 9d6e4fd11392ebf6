/** What only directories in MongoDB do. The rest is in contract.test.ts, and the presets are in mongodb-presets.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Document, Long, ObjectId, UUID } from 'mongodb'
import { skipWithout } from '../../../../../test/support/missing-tool.ts'
import { OptionsError } from '../../../src/config/options-error.ts'
import type { Directory } from '../../../src/users/directories/directory.ts'
import { mappingOf, projectionOf } from '../../../src/users/directories/mongodb/mapping.ts'
import { scans } from '../../../src/users/directories/mongodb/plan.ts'
import { userNamed } from '../../../src/users/directories/mongodb/queries.ts'
import { chooseUsernameIndex } from '../../../src/users/directories/mongodb/username-index.ts'
import { mongoDirectory } from '../../../src/users/directories/mongodb.ts'
import type { MongoDirectoryOptions } from '../../../src/users/directories/mongodb-options.ts'
import { directoryOf, server } from '../../support/directories/on-mongo.ts'
import { problemsIn, soon } from '../../support/directories/questions.ts'
import { howToGetMongo } from '../../support/mongodb.ts'

const bcrypt = '$2b$04$W07zZlPjalLnX02rbETxb.cTXyzNtivajIMBQht3OzmoIssJpVLaC'

test('everything that is wrong with the options is said, and never the URL', () => {
  const wrong = {
    url: 'mongodb://app:s3cret@db@host/app',
    feilds: {},
    database: 'a.b',
    collection: 'a$b',
    preset: 'better-auht',
    fields: { username: '$where', mail: 'mail', key: null, passwordHash: [], claims: { nick: 'a..b' } },
    disabled: { $or: true, state: 'maybe' },
    usernameCase: 'ignore',
    where: { tenant: { $ne: null } },
    accounts: { collection: 'accounts', where: { $where: '1' } },
    writable: 1,
  }
  assert.deepEqual(problemsOf(wrong), [
    'directories.mongodb.feilds is not an option: did you mean fields?',
    'directories.mongodb.url must be mongodb://user:password@host/database or mongodb+srv://..., with @, /, ?, # and % in the password written as %40, %2F, %3F, %23 and %25',
    'directories.mongodb.collection must be the name of a collection',
    'directories.mongodb.preset must be one of auth.js, better-auth, meteor, mongoose, parse: did you mean better-auth?',
    'directories.mongodb.usernameCase must be exact or lower-case',
    'directories.mongodb.writable must be true or false',
    'directories.mongodb.fields.username must be the name of a field, such as profile.name, and no operator',
    'directories.mongodb.fields.mail is not a field: did you mean email?',
    'directories.mongodb.fields.key must be the name of a field, such as profile.name, and no operator',
    'directories.mongodb.fields.passwordHash must be the name of a field, such as profile.name, and no operator',
    'directories.mongodb.fields.claims.nick is not a claim: did you mean nickname?',
    'directories.mongodb.fields.claims.nick must be the name of a field, such as profile.name, and no operator',
    'directories.mongodb.disabled.$or must be the name of a field, such as profile.name, and no operator',
    "directories.mongodb.disabled.state must be true, false, 'set', 'unset', 'future', 'past', a list of words, or { not: [...] } with a list of words",
    'directories.mongodb.where must have a text, number, boolean or null for each field',
    'directories.mongodb.accounts must have collection, user and passwordHash',
    'directories.mongodb.accounts.where must have a text, number, boolean or null for each field',
  ])
  for (const url of ['mongodb://h', 'mongodb://h/?tls=true', 'mongodb+srv://u:p@h']) {
    assert.deepEqual(problemsOf({ url }), [
      'directories.mongodb.database must be the name of a database, here or in the URL after the host',
    ])
    assert.deepEqual(problemsOf({ url, database: 'shop' }), [])
  }
  for (const url of [
    'http://h/d',
    'mongodb://',
    'mongodb:///d',
    'mongodb://u:s3cret%@h/d',
    'mongodb://u:s3cret#@h/d',
    'mongodb://a,,b/d',
    7,
  ]) {
    const [problem, ...others] = problemsOf({ url })
    assert.match(problem ?? '', /^directories\.mongodb\.url (?!.*s3cret)/, String(url))
    assert.deepEqual(others, [])
  }
  assert.deepEqual(problemsOf({ url: 'mongodb://u:p%40w@a:27017,b:27018,[::1]:1/shop?replicaSet=rs0&tls=true' }), [])
  for (const preset of ['better-auth', 'meteor', 'parse']) {
    assert.deepEqual(problemsOf({ url: 'mongodb://h/d', preset, writable: true }), [
      `directories.mongodb.writable must be false: ${preset} cannot read argon2id, which new passwords have`,
    ])
  }
})

test('an option of the URL that the driver rejects is an error without the URL', async () => {
  const declaration = mongoDirectory({ url: 'mongodb://app:s3cret@127.0.0.1:1/shop?tlss3cret=1' })
  await assert.rejects(declaration.open(), (error: Error) => {
    assert.equal(
      error.message,
      'The driver of MongoDB rejects the URL of the directory (MongoParseError). Check its options after "?".',
    )
    assert.equal(error.cause, undefined)
    return true
  })
})

test('a username is a text that is compared, whatever is in it', () => {
  const mapping = mappingOf({ url: 'mongodb://h/d', where: { tenant: 'north', 'profile.0.kind': null } })
  for (const name of ['{ "$ne": null }', '$where', 'a.b', '__proto__']) {
    assert.deepEqual(userNamed(mapping, name), {
      username: { $eq: name },
      tenant: { $eq: 'north' },
      'profile.kind': { $eq: null },
    })
  }
})

test('a projection has each path once, and none inside of another', () => {
  const fields = { username: 'login.name', email: 'login', fullName: ['profile.first', 'profile.last'], claims: {} }
  const disabled = { 'profile.state': ['out'] }
  const projection = projectionOf(mappingOf({ url: 'mongodb://h/d', fields, disabled }))
  const paths = Object.keys(projection).filter((path) => /^(_id|login|profile|hashed)/.test(path))
  assert.deepEqual(paths, ['_id', 'login', 'profile.first', 'profile.last', 'hashed_password', 'profile.state'])
})

test('a document that has operators, lists or prototypes in its fields is nobody', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetMongo)
  const { directory, users } = await directoryOf(t, {})
  await users.insertMany([
    { username: ['mira', 'otto'], hashed_password: bcrypt },
    { username: { name: 'mira' }, hashed_password: bcrypt },
    { username: 7, hashed_password: bcrypt },
    { hashed_password: bcrypt },
  ])
  for (const name of ['mira', 'otto', '7', '[object Object]', 'undefined', 'null']) {
    assert.equal(await directory.find(name, soon()), undefined, name)
  }
  const strange = await directoryOf(t, { fields: { username: 'constructor.name', email: '__proto__.name' } })
  await strange.users.insertOne({ username: 'mira' })
  assert.equal(await strange.directory.find('Object', soon()), undefined)
  assert.deepEqual(await strange.directory.list(undefined, 5, soon()), [])
})

test('keys are of each type that MongoDB has for them', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetMongo)
  const uuid = '6f4df8dc-1c1c-4ee5-8ab8-8a3b0b2b6a01'
  const ids = [
    new ObjectId('65f0c0ffee0123456789abcd'),
    'Xy9_text',
    42,
    new UUID(uuid),
    Long.fromString('9007199254740993'),
  ]
  const texts = ['65f0c0ffee0123456789abcd', 'Xy9_text', '42', uuid, '9007199254740993']
  for (const [index, id] of ids.entries()) {
    const { directory, users } = await directoryOf(t, {})
    await users.insertOne({ _id: id, username: 'mira' } as Document)
    assert.equal((await directory.find('mira', soon()))?.key, texts[index])
    // A number beyond 2^53 is a key, but the value that it was is not known from its text.
    const isRead = index < 4
    const read = await directory.read([texts[index] ?? '', 'other'], soon())
    assert.deepEqual(
      read.map(({ key }) => key),
      isRead ? [texts[index]] : [],
      String(id),
    )
  }
})

test('where an id is text in one document and an ObjectId with this text in another, neither is meant', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetMongo)
  const { directory, users } = await directoryOf(t, { fields: { key: 'ref' } })
  const ref = new ObjectId()
  await users.insertMany([
    { ref, username: 'mira' },
    { ref: String(ref), username: 'eve' },
  ])
  assert.deepEqual(await directory.read([String(ref)], soon()), [])
})

test('fields that commonly disable hold where a document has them, and can be decided', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetMongo)
  const { directory, users, reopened } = await directoryOf(t, {})
  const flags: readonly Document[] = [
    {},
    { disabled: false, isActive: true, deletedAt: null },
    { disabled: true },
    { isActive: false },
    { active: 'no' },
    { deletedAt: new Date() },
    { isBanned: 1 },
    { lockUntil: new Date(4_000_000_000_000) },
    { lockUntil: 1_000_000_000_000 },
  ]
  await users.insertMany(flags.map((flag, index) => ({ _id: index, username: `user${index}`, ...flag })) as Document[])
  const isDisabled = async (from: Directory) => (await from.list(undefined, 99, soon())).map((user) => user.isDisabled)
  assert.deepEqual(await isDisabled(directory), [false, false, true, true, true, true, true, true, false])
  const decided = await reopened({ disabled: { isActive: false, isBanned: null } })
  // Named by the operator, a field must be there and true.
  assert.deepEqual(await isDisabled(decided), [true, false, true, true, true, true, true, true, true])
  await users.insertOne({ username: 'last', accountStatus: 'closed', account_status: 'closed' })
  assert.deepEqual(
    (await problemsIn(directory)).filter((message) => message.startsWith('The field')),
    [
      'The field accountStatus may say that a user is disabled, and no rule reads it: add it to `disabled`, with null if it says nothing of this kind.',
      'The field account_status may say that a user is disabled, and no rule reads it: add it to `disabled`, with null if it says nothing of this kind.',
    ],
  )
})

test('an index with a collation compares without letter case', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetMongo)
  const { directory, users } = await directoryOf(t, {})
  const collation = { locale: 'en', strength: 2 }
  if (server.isFerretdb) {
    // FerretDB 1 has no collations: the names are compared as they are stored, and `inspect` says so.
    await assert.rejects(users.createIndex({ username: 1 }, { collation }), /collation/)
    await users.createIndex({ username: 1 })
  } else {
    await users.createIndex({ username: 1 }, { collation })
  }
  await users.insertOne({ username: 'Mira' })
  assert.equal((await directory.find('Mira', soon()))?.username, 'Mira')
  assert.equal((await directory.find('mIRA', soon()))?.username, server.isFerretdb ? undefined : 'Mira')
  const messages = (await directory.inspect(soon())).map(({ message }) => message)
  assert.deepEqual(
    messages.slice(1),
    server.isFerretdb
      ? [
          'Usernames are compared as they are stored, with letter case: no index of them has a collation of strength 2.',
          'Look-ups by username have the index username_1. The plan of this server cannot be read.',
        ]
      : [
          'Usernames are compared without letter case, by the collation of the index.',
          'Look-ups by username use an index.',
        ],
  )
})

test('the index is chosen that compares without letter case', () => {
  // As listIndexes describes them: https://www.mongodb.com/docs/manual/reference/command/listIndexes/
  const simple = { v: 2, key: { username: 1 }, name: 'simple' }
  const full = { locale: 'en', caseLevel: false, strength: 2, numericOrdering: false, version: '57.1' }
  const folding = { v: 2, key: { username: 1 }, name: 'folding', unique: true, collation: full }
  const { version: _version, ...collation } = full
  assert.deepEqual(chooseUsernameIndex([simple, folding], 'username'), { name: 'folding', collation })
  const others = [
    { v: 2, key: { _id: 1 }, name: '_id_' },
    { v: 2, key: { email: 1, username: 1 }, name: 'second' },
    { v: 2, key: { username: 'text' }, name: 'text' },
    { v: 2, key: { username: 'hashed' }, name: 'hashed' },
    { ...folding, name: 'partial', partialFilterExpression: { active: true } },
    { ...folding, name: 'hidden', hidden: true },
    { ...folding, name: 'heeding', collation: { ...full, strength: 3 } },
  ]
  assert.equal(chooseUsernameIndex(others, 'username'), undefined)
  assert.deepEqual(chooseUsernameIndex([...others, simple], 'username'), { name: 'simple', collation: undefined })
})

test('plans of each version are read', () => {
  // https://www.mongodb.com/docs/manual/reference/explain-results/
  const plan = (winningPlan: object) => ({
    queryPlanner: { namespace: 'a.b', winningPlan, rejectedPlans: [{ stage: 'COLLSCAN' }] },
  })
  assert.equal(scans(plan({ stage: 'COLLSCAN', filter: {} })), true)
  assert.equal(scans(plan({ stage: 'LIMIT', inputStage: { stage: 'FETCH', inputStage: { stage: 'IXSCAN' } } })), false)
  assert.equal(scans(plan({ stage: 'IDHACK' })), false)
  assert.equal(scans(plan({ stage: 'EXPRESS_IXSCAN', indexName: 'username_1' })), false)
  assert.equal(
    scans(plan({ queryPlan: { stage: 'PROJECTION_SIMPLE', inputStage: { stage: 'COLLSCAN' } }, slotBasedPlan: {} })),
    true,
  )
  assert.equal(scans(plan({ stage: 'SINGLE_SHARD', shards: [{ winningPlan: { stage: 'COLLSCAN' } }] })), true)
  assert.equal(scans(plan({ stage: 'EOF' })), undefined)
  assert.equal(scans({ queryPlanner: { Plan: ['SCAN users'] }, ok: 1 }), undefined)
})

test('without an index, and without a collection, it says what to do', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetMongo)
  const { directory, users } = await directoryOf(t, {
    collection: 'app.users',
    fields: { username: 'emails.0.address' },
  })
  assert.deepEqual(await problemsIn(directory), [
    `The database ${users.dbName} has no documents in a collection app.users.`,
  ])
  await users.insertOne({ emails: [{ address: 'mira@example.com' }] })
  assert.deepEqual(await problemsIn(directory), [
    "Look-ups by username read the whole collection: create an index: db.getCollection('app.users').createIndex({ 'emails.address': 1 }, { collation: { locale: 'en', strength: 2 } })",
  ])
})

/** The problems of options that may have any type. */
function problemsOf(options: unknown): readonly string[] {
  try {
    mongoDirectory(options as MongoDirectoryOptions)
    return []
  } catch (error) {
    assert.ok(error instanceof OptionsError)
    return error.message.split('\n')
  }
}
