/** Each preset on documents as the original program stores them, with invented people. A comment says which of its files were read. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Document, ObjectId } from 'mongodb'
import { skipWithout } from '../../../../../test/support/missing-tool.ts'
import { verifyPassword } from '../../../src/passwords/verify-password.ts'
import { directoryOf, server } from '../../support/directories/on-mongo.ts'
import { tealPassword } from '../../support/directories/people.ts'
import { soon } from '../../support/directories/questions.ts'
import { howToGetMongo } from '../../support/mongodb.ts'

const bcrypt = '$2b$04$W07zZlPjalLnX02rbETxb.cTXyzNtivajIMBQht3OzmoIssJpVLaC'
/** Over the SHA-256 of the password, in hexadecimal. */
const bcryptOfMeteor = '$2b$04$ewmPIqrrzlHZ5fY2rDAf5.fFbBijsYYki4EXLfihutSMJEZ1QY2KO'

test('the tutorial: its dict as documents', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetMongo)
  const { directory, users } = await directoryOf(t, { writable: true })
  // https://fastapi.tiangolo.com/tutorial/security/oauth2-jwt/
  await users.insertOne({
    username: 'mira',
    full_name: 'Mira Okafor',
    email: 'mira@example.com',
    hashed_password: bcrypt,
    disabled: false,
  })
  const mira = await directory.find('mira', soon())
  assert.deepEqual([mira?.fullName, mira?.email, mira?.isDisabled], ['Mira Okafor', 'mira@example.com', false])
  assert.equal(verifyPassword(mira?.passwordHash ?? null, tealPassword).isMatch, true)
  await directory.setPasswordHash?.(mira?.key ?? '', 'new', soon())
  assert.equal((await users.findOne({}))?.['hashed_password'], 'new')
})

test('better-auth: the password is in the account of the provider "credential"', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetMongo)
  const { directory, users, database } = await directoryOf(t, { preset: 'better-auth' })
  // packages/mongo-adapter and packages/core/src/db/get-tables.ts, with the fields of the admin plugin.
  const [mira, otto, pia] = [new ObjectId(), new ObjectId(), new ObjectId()]
  const made = { createdAt: new Date(), updatedAt: new Date() }
  await users.insertMany([
    {
      _id: mira,
      name: 'Mira Okafor',
      email: 'mira@example.com',
      emailVerified: true,
      image: 'https://m.example/a.png',
      ...made,
    },
    {
      _id: otto,
      name: 'Otto',
      email: 'otto@example.com',
      emailVerified: false,
      banned: true,
      banReason: 'spam',
      ...made,
    },
    { _id: pia, name: 'Pia', email: 'pia@example.com', emailVerified: false, banned: false, ...made },
  ])
  const hash = '0123456789abcdef0123456789abcdef:ab'
  await database.collection('account').insertMany([
    { userId: mira, accountId: String(mira), providerId: 'credential', password: hash, ...made },
    { userId: mira, accountId: '1', providerId: 'github', accessToken: 'secret', ...made },
    { userId: String(otto), accountId: String(otto), providerId: 'credential', password: 'of otto', ...made },
    { userId: pia, accountId: '2', providerId: 'github', password: 'not a credential', ...made },
  ])
  const found = await directory.find('MIRA@example.com', soon())
  assert.deepEqual(
    [found?.key, found?.fullName, found?.isEmailVerified, found?.claims],
    [String(mira), 'Mira Okafor', true, { picture: 'https://m.example/a.png' }],
  )
  const all = await directory.read([mira, otto, pia].map(String), soon())
  const byName = Object.fromEntries(all.map((user) => [user.fullName, [user.passwordHash, user.isDisabled]]))
  assert.deepEqual(byName, { 'Mira Okafor': [hash, false], Otto: ['of otto', true], Pia: [null, false] })
  await database
    .collection('account')
    .insertOne({ userId: mira, providerId: 'credential', password: 'another', ...made })
  assert.equal((await directory.find('mira@example.com', soon()))?.passwordHash, null)
})

test('Auth.js: users with a time of verification and a password that the application put there', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetMongo)
  const { directory, users } = await directoryOf(t, { preset: 'auth.js' })
  // @auth/mongodb-adapter, packages/adapter-mongodb/src/index.ts.
  await users.insertOne({
    name: 'Mira',
    email: 'mira@example.com',
    image: null,
    emailVerified: new Date(),
    password: bcrypt,
  })
  const mira = await directory.find('mira@example.com', soon())
  assert.deepEqual([mira?.fullName, mira?.isEmailVerified, mira?.claims], ['Mira', true, {}])
  assert.equal(verifyPassword(mira?.passwordHash ?? null, tealPassword).isMatch, true)
})

test('Mongoose: each usual name of the hash, written back where it was', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetMongo)
  const { directory, users } = await directoryOf(t, { preset: 'mongoose', writable: true })
  await users.insertMany([
    { name: 'Mira', email: 'mira@example.com', password: bcrypt, isVerified: true, __v: 0 },
    { name: { first: 'Otto' }, email: 'otto@example.com', passwordHash: bcrypt, isActive: false, __v: 0 },
  ])
  const [mira, otto] = await Promise.all(['mira', 'otto'].map((name) => directory.find(`${name}@example.com`, soon())))
  assert.deepEqual([mira?.passwordHash, otto?.passwordHash], [bcrypt, bcrypt])
  assert.deepEqual([mira?.isEmailVerified, otto?.isDisabled, otto?.fullName], [true, true, null])
  await directory.setPasswordHash?.(otto?.key ?? '', 'new', soon())
  const stored = await users.findOne({ email: 'otto@example.com' })
  assert.deepEqual([stored?.['passwordHash'], stored?.['password']], ['new', undefined])
})

test('Meteor: nested fields, and bcrypt over SHA-256', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetMongo)
  const { directory, users } = await directoryOf(t, { preset: 'meteor' })
  // packages/accounts-password/password_server.js and packages/accounts-base/accounts_server.js.
  await users.insertOne({
    _id: 'QwkSmTCZiw5KDx3L6',
    createdAt: new Date(),
    services: { password: { bcrypt: bcryptOfMeteor }, resume: { loginTokens: [] } },
    username: 'mira',
    emails: [{ address: 'mira@example.com', verified: true }],
    profile: { name: 'Mira Okafor' },
  } as Document)
  const mira = await directory.find('mira', soon())
  assert.deepEqual(
    [mira?.key, mira?.email, mira?.isEmailVerified, mira?.fullName, mira?.passwordHash],
    ['QwkSmTCZiw5KDx3L6', 'mira@example.com', true, 'Mira Okafor', `$meteor${bcryptOfMeteor}`],
  )
  assert.equal(verifyPassword(mira?.passwordHash ?? null, tealPassword).isMatch, true)
})

test('Meteor: by the first e-mail address', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetMongo)
  const { directory, users } = await directoryOf(t, { preset: 'meteor', fields: { username: 'emails.0.address' } })
  await users.insertOne({ emails: [{ address: 'mira@example.com' }, { address: 'second@example.com' }] })
  assert.equal((await directory.find('mira@example.com', soon()))?.email, 'mira@example.com')
  assert.equal(await directory.find('second@example.com', soon()), undefined)
})

test('Parse: _User with its lock', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetMongo)
  const { directory, users } = await directoryOf(t, { preset: 'parse' })
  // src/Adapters/Storage/Mongo/MongoTransform.js and src/AccountLockout.js of Parse Server.
  const whole = {
    _hashed_password: bcrypt,
    email: 'mira@example.com',
    emailVerified: true,
    _acl: {},
    _created_at: new Date(),
  }
  const locked = { _account_lockout_expires_at: new Date(4_000_000_000_000), _failed_login_count: 3 }
  await users.insertMany([
    { _id: 'k7Vh2Lq0aB', username: 'mira', ...whole },
    { _id: 'm3Xc9Rt5yZ', username: 'otto', ...whole, ...locked },
  ] as Document[])
  const mira = await directory.find('mira', soon())
  assert.deepEqual([mira?.key, mira?.email, mira?.isEmailVerified], ['k7Vh2Lq0aB', 'mira@example.com', true])
  assert.equal(verifyPassword(mira?.passwordHash ?? null, tealPassword).isMatch, true)
  assert.deepEqual([mira?.isDisabled, (await directory.find('otto', soon()))?.isDisabled], [false, true])
})
