/**
 * docs/guides/directories/mongodb.md, followed to the letter: its document, its configuration files and its commands, on a real server. What the
 * guide writes for MongoDB's shell runs in the driver.
 */
import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { type Collection, MongoClient } from 'mongodb'
import { tealPassword } from '../../packages/server/test/support/directories/people.ts'
import { howToGetMongo, type MongoServer, startMongo } from '../../packages/server/test/support/mongodb.ts'
import { skipWithout } from '../support/missing-tool.ts'
import { blocksOf, samplesOf } from '../support/samples.ts'
import { checksOf, guideProject } from './support/guide-project.ts'

const page = 'docs/guides/directories/mongodb.md'
const [tutorial, own] = samplesOf(page)
const [check, checkUser] = checksOf(page)
const [makeIndex = '', makeUser = ''] = blocksOf(page, '').flatMap((block) => block.match(/^db\..*$/gm) ?? [])
const hash = '$2b$04$W07zZlPjalLnX02rbETxb.cTXyzNtivajIMBQht3OzmoIssJpVLaC'

const server = await startMongo()
after(() => server?.stop())

/** The arguments of a call in MongoDB's shell, such as `db.users.createIndex({ username: 1 })`. */
function argumentsOf(call: string): readonly Readonly<Record<string, unknown>>[] {
  const [, list = ''] = /^[^{]*\((\{.*)\)$/.exec(call) ?? []
  return JSON.parse(JSON.stringify(runInNewContext(`[${list}]`, { passwordPrompt: () => 'chosen-71' })))
}

/** An empty collection, whose database is removed after the test. */
async function emptyCollection(
  t: TestContext,
  { client }: MongoServer,
  database: string,
  name: string,
): Promise<Collection> {
  const collection = client.db(database).collection(name)
  assert.equal(await collection.countDocuments(), 0, `${database} is a database of the server already`)
  t.after(() => client.db(database).dropDatabase())
  return collection
}

/** Creates the index of the guide. FerretDB 1 has no collations. */
async function createIndex({ isFerretdb }: MongoServer, collection: Collection, call: string): Promise<void> {
  const [keys = {}, options] = argumentsOf(call)
  await collection.createIndex(keys as Record<string, 1>, isFerretdb ? {} : options)
}

test('the documents of the tutorial: the check gives the command for the index, and a user logs in', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetMongo)
  const [document = ''] = blocksOf(page, 'json')
  const users = await emptyCollection(t, server, 'shop', 'users')
  const tim = JSON.parse(document.replace('$2b$12$…', hash))
  await users.insertMany([
    tim,
    { ...tim, username: 'disabled', disabled: true },
    { ...tim, username: 'deleted', deletedAt: new Date() },
    { ...tim, username: 'twin' },
    { ...tim, username: 'twin', account_status: 'open' },
  ])
  const { run, serve } = await guideProject(t, tutorial, { MONGODB_URL: server.url('/') })
  const before = await run(check)
  const index = "create an index: db.users.createIndex({ 'username': 1 }, { collation: { locale: 'en', strength: 2 } })"
  assert.deepEqual(before.stdout.split('\n'), [
    '  mongodb: The collection users can be reached.',
    '! mongodb: The field account_status may say that a user is disabled, and no rule reads it: add it to `disabled`, with null if it says nothing of this kind.',
    '  mongodb: Usernames are compared as they are stored, with letter case: no index of them has a collation of strength 2.',
    `! mongodb: Look-ups by username read the whole collection: ${index}`,
    '  mongodb: Users: 5. Disabled: 2.',
    '',
  ])
  assert.deepEqual(argumentsOf(index), argumentsOf(makeIndex))
  await createIndex(server, users, makeIndex)
  const { stdout } = await run(check)
  assert.match(stdout, server.isFerretdb ? /have the index username_1\./ : /without letter case, by the collation/)
  const walk = await run(checkUser)
  assert.match(
    walk.stdout,
    /; username tim; email tim@gmail\.com, not verified; name Tim Ruscica\. Enabled\. .*: bcrypt\.$/m,
  )
  assert.doesNotMatch(before.stdout + stdout + walk.stdout, /\$2b\$/)
  const logIn = await serve()
  assert.equal(await logIn('tim', tealPassword), 200)
  assert.equal(await logIn('tim', 'teal-heron-43'), 401)
  for (const name of ['disabled', 'deleted', 'twin', 'nobody']) assert.equal(await logIn(name, tealPassword), 401, name)
  assert.equal(await logIn('Tim', tealPassword), server.isFerretdb ? 401 : 200)
})

test('documents of your own: nested fields, groups, and rules for who is disabled', async (t) => {
  if (server === undefined) return skipWithout(t, howToGetMongo)
  const members = await emptyCollection(t, server, 'club', 'members')
  const tim = {
    login: 'tim',
    contact: { email: 'tim@example.com', verifiedAt: new Date(), phone: '+15550100' },
    name: { first: 'Tim', last: 'Ruscica' },
    secrets: { password: hash },
    teams: ['rowers', 'youth'],
    membership: 'active',
    paidUntil: new Date('2037-01-01'),
    club: 'north',
  }
  await members.insertMany([
    tim,
    { ...tim, login: 'paused', membership: 'Paused' },
    { ...tim, login: 'unpaid', paidUntil: new Date('2024-01-01') },
    { ...tim, login: 'undecided', paidUntil: 'soon' },
    { ...tim, login: 'locked', locked: true },
    { ...tim, login: 'southerner', club: 'south' },
  ])
  await createIndex(server, members, makeIndex.replace('username', 'login'))
  const { run, serve } = await guideProject(t, own, { MONGODB_URL: server.url('/') })
  const checked = await run(check)
  assert.equal(checked.code, 0, checked.stdout)
  assert.match(checked.stdout, /^ {2}members: Users: 5\. Disabled: 4\.$/m)
  assert.match(
    (await run(checkUser)).stdout,
    /; email tim@example\.com, verified; name Tim Ruscica; groups rowers, youth\. Enabled\. .*: bcrypt\.$/m,
  )
  const logIn = await serve()
  assert.equal(await logIn('tim', tealPassword), 200)
  for (const name of ['paused', 'unpaid', 'undecided', 'locked', 'southerner'])
    assert.equal(await logIn(name, tealPassword), 401, name)
})

test('the user for Countersign is where the driver looks for it, and may read the database of the sample', () => {
  const [, database] = /^db\.getSiblingDB\('(\w+)'\)\.createUser\(/.exec(makeUser) ?? []
  const [user] = argumentsOf(makeUser)
  const { credentials } = new MongoClient('mongodb://countersign:chosen-71@db.example.com').options
  assert.deepEqual([database, user?.['user']], [credentials?.source, credentials?.username])
  const [, read] = /database: '(\w+)'/.exec(tutorial?.code ?? '') ?? []
  assert.deepEqual(user?.['roles'], [{ role: 'read', db: read }])
})
