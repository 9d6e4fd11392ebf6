/**
 * An exchange or a login, and a transaction that removes its grant or user, wait for each other's end and never deadlock.
 * Only on PostgreSQL: SQLite has one writer at a time, so that any order is correct there.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from 'pg'
import type { DirectoryLink } from '../../src/domain/directory-link.ts'
import { addUser } from '../../src/users/add-user.ts'
import { confirmUsers } from '../../src/users/directories/confirm-user.ts'
import { disableUser } from '../../src/users/disable-user.ts'
import { removeUser } from '../../src/users/remove-user.ts'
import { updateUser } from '../../src/users/update-user.ts'
import { eventually } from '../support/accounts.ts'
import { givenCode } from '../support/authorization.ts'
import {
  authorizeUrl,
  exchange,
  logIn,
  newPkce,
  requestOf,
  responseOf,
  userAgentOf,
  webApp,
} from '../support/code-flow.ts'
import { attempt, bea, carl, startWithDirectories } from '../support/directory-logins.ts'
import { declaredClients, givenGrant, refresh } from '../support/grants.ts'
import { listedDirectory } from '../support/listed-directory.ts'
import { migratingApp, startPasswordGrantServer } from '../support/password-grant.ts'
import { patient } from '../support/patience.ts'
import { tim } from '../support/people.ts'
import { countRows, query } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'

/**
 * Runs `first` in another transaction, then `work` until so many of its statements wait for that transaction, then `last` in the transaction.
 * Work that does not wait is seen by its result.
 */
async function whileLocked<Result>(
  { databaseUrl }: TestServer,
  first: string,
  work: () => Promise<Result>,
  last?: string,
  statements = 1,
): Promise<Result> {
  const other = new Client({ connectionString: databaseUrl })
  await other.connect()
  try {
    await other.query('begin')
    await other.query(first)
    let hasEnded = false
    const result = work().finally(() => {
      hasEnded = true
    })
    // It may fail before it is awaited below.
    result.catch(() => {})
    await eventually(async () => hasEnded || (await countWaiting(databaseUrl)) >= statements)
    if (last !== undefined) await other.query(last)
    await other.query('commit')
    return await result
  } finally {
    await other.end()
  }
}

async function countWaiting(databaseUrl: string): Promise<number> {
  const waiting = "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
  return (await query(databaseUrl, waiting)).length
}

const lockGrant = 'select id from grants for update'

test('postgres: a grant can be removed with its code while the code is exchanged', async (t) => {
  const server = await startServer(t, { database: 'postgres', clients: [webApp], ...patient })
  const { form } = await givenCode(server, webApp)
  const { body } = await whileLocked(server, lockGrant, () => exchange(server, webApp, form), 'delete from grants')
  assert.equal(body['error'], 'invalid_grant')
})

test('postgres: a code whose grant is revoked during the exchange is not consumed', async (t) => {
  const server = await startServer(t, { database: 'postgres', clients: [webApp], ...patient })
  const { form } = await givenCode(server, webApp)
  const revoke = 'update grants set revoked_at = created_at'
  const { body } = await whileLocked(server, lockGrant, () => exchange(server, webApp, form), revoke)
  assert.equal(body['error'], 'invalid_grant')
  const codes = await query(server.databaseUrl, 'select consumed_at from authorization_codes')
  assert.deepEqual(codes, [{ consumed_at: null }])
})

test('postgres: a session that ends while /authorize issues a code leaves no grant', async (t) => {
  const server = await startServer(t, { database: 'postgres', clients: [webApp], ...patient })
  const agent = userAgentOf(server)
  await logIn(server, webApp, {}, agent)
  await query(server.databaseUrl, 'delete from grants')
  const silently = () => agent.open(authorizeUrl(requestOf(webApp, newPkce(), { prompt: 'none' })))
  const lockSession = 'select id from sessions for update'
  const page = await whileLocked(server, lockSession, silently, 'delete from sessions')
  assert.equal(responseOf(page).get('error'), 'login_required')
  assert.equal(await countRows(server.databaseUrl, 'grants'), 0)
})

test('postgres: a refresh token whose grant is revoked during the refresh is not consumed', async (t) => {
  const server = await startServer(t, { database: 'postgres', clients: declaredClients, ...patient })
  const { refreshToken } = await givenGrant(server)
  const revoke = 'update grants set revoked_at = created_at'
  const { error } = await whileLocked(server, revoke, () => refresh(server, refreshToken))
  assert.equal(error, 'invalid_grant')
  assert.equal(await countRows(server.databaseUrl, 'refresh_tokens'), 1)
})

/** As a new password does, in a transaction that is not committed yet. */
const endLogins = "update subjects set version = version + 1 where id = 'tim'"

test('postgres: a password that changes between its check and the new session leaves no session', async (t) => {
  const server = await startServer(t, { database: 'postgres', clients: [webApp], ...patient })
  const agent = userAgentOf(server)
  const page = await agent.open(authorizeUrl(requestOf(webApp, newPkce())))
  const shown = await whileLocked(server, endLogins, () => agent.submit(page, tim))
  assert.equal(shown.status, 401)
  assert.equal(await countRows(server.databaseUrl, 'sessions'), 0)
})

test('postgres: a password that changes between its check and the grant leaves no grant', async (t) => {
  const server = await startPasswordGrantServer(t, { database: 'postgres', clients: [migratingApp], ...patient })
  const logInByPassword = () => exchange(server, migratingApp, { grant_type: 'password', ...tim })
  const { status, body } = await whileLocked(server, endLogins, logInByPassword)
  assert.deepEqual([status, body['access_token']], [401, undefined])
  assert.equal(await countRows(server.databaseUrl, 'grants'), 0)
})

test('postgres: a user who is disabled during a login has no session afterwards', async (t) => {
  const server = await startServer(t, { database: 'postgres', ...patient })
  const beginSession = `insert into sessions
    (id, browser_hash, user_id, authenticated_at, selected_at, last_seen_at, expires_at)
    values ('session', 'browser', 'tim', 1800000000, 1800000000, 1800000000, 1900000000)`
  const disable = () => disableUser(server.server.context, 'tim')
  await whileLocked(server, "select id from subjects where id = 'tim' for share", disable, beginSession)
  assert.equal(await countRows(server.databaseUrl, 'sessions'), 0)
})

test('postgres: an operator who disables a user while a directory does is not overruled by the directory', async (t) => {
  const people = listedDirectory('people', [bea])
  const server = await startWithDirectories(t, [people], { database: 'postgres', ...patient })
  const { context } = server.server
  assert.equal((await attempt(server, 'bea')).status, 200)
  const link = (await context.store.directoryLinks.findByKey('people', 'b1')) ?? assert.fail()
  const directory = context.directories?.byName('people') ?? assert.fail()
  people.users[0] = { ...bea, isDisabled: true }
  const bothDisable = async () => {
    const answered = confirmUsers(context, directory, [link])
    await eventually(async () => (await countWaiting(server.databaseUrl)) === 1)
    await Promise.all([answered, disableUser(context, link.subjectId)])
  }
  await whileLocked(server, 'select id from subjects for update', bothDisable, undefined, 2)
  people.users[0] = bea
  assert.equal((await attempt(server, 'bea')).status, 401)
})

test('postgres: of two users who get one verified address at once, the second is told that it is taken', async (t) => {
  const server = await startServer(t, { database: 'postgres', ...patient })
  const { context } = server.server
  const email = 'both@example.com'
  const first = `update profiles set email = '${email}', is_email_verified = 1, email_key = '${email}' where subject_id = 'alice'`
  const second = () => updateUser(context, 'tim', { email, isEmailVerified: true, fullName: 'Tim' })
  const taken = { message: 'email is the verified address of another user' }
  await assert.rejects(whileLocked(server, first, second), taken)
  await updateUser(context, 'alice', { email: null })
  const third = () => addUser(context, { username: 'eve', password: 'nanoseconds!', email, isEmailVerified: true })
  await assert.rejects(whileLocked(server, first, third), taken)
})

test('postgres: a first login succeeds while another user gets the verified address, and goes without it', async (t) => {
  const server = await startWithDirectories(t, [listedDirectory('people', [bea])], { database: 'postgres', ...patient })
  const first = `update profiles set email = '${bea.email}', is_email_verified = 1, email_key = '${bea.email}' where subject_id = 'alice'`
  assert.equal((await whileLocked(server, first, () => attempt(server, 'bea'))).status, 200)
  const { users } = server.server.context.store
  assert.equal((await users.findByEmailKey('bea@example.com'))?.subject.id, 'alice')
  assert.equal((await users.findByUsername('bea'))?.profile.email, 'bea@example.com')
})

test('postgres: two users whose usernames the directory exchanges log in at once', async (t) => {
  const people = listedDirectory('people', [bea, carl])
  const server = await startWithDirectories(t, [people], { database: 'postgres', ...patient })
  const { directoryLinks } = server.server.context.store
  for (const { username } of people.users) assert.equal((await attempt(server, username)).status, 200)
  const ofBea = (await directoryLinks.findByKey('people', 'b1')) ?? assert.fail()
  const ofCarl = (await directoryLinks.findByKey('people', 'c1')) ?? assert.fail()
  people.users = [
    { ...bea, username: 'carl' },
    { ...carl, username: 'bea' },
  ]
  const isBeaFirst = ofBea.subjectId < ofCarl.subjectId
  const [first, second] = isBeaFirst ? [ofBea, ofCarl] : [ofCarl, ofBea]
  const lock = ({ subjectId }: DirectoryLink) =>
    `select subject_id from profiles where subject_id = '${subjectId}' for update`
  const login = () => attempt(server, isBeaFirst ? 'carl' : 'bea')
  assert.equal((await whileLocked(server, lock(first), login, lock(second))).status, 200)
})

test('postgres: a login that waits for one that takes its former username leaves the new one to that user', async (t) => {
  const people = listedDirectory('people', [bea, carl])
  const server = await startWithDirectories(t, [people], { database: 'postgres', ...patient })
  const { directoryLinks, users } = server.server.context.store
  for (const { username } of people.users) assert.equal((await attempt(server, username)).status, 200)
  const ofBea = (await directoryLinks.findByKey('people', 'b1')) ?? assert.fail()
  people.users = [
    { ...bea, username: 'carl' },
    { ...carl, username: 'bea' },
  ]
  const renamed = `update profiles set username = 'carl', username_key = 'carl' where subject_id = '${ofBea.subjectId}'`
  const freed = "update profiles set username = 'former', username_key = 'former' where username_key = 'carl'"
  assert.equal((await whileLocked(server, `${freed}; ${renamed}`, () => attempt(server, 'bea'))).status, 200)
  assert.equal((await users.findById(ofBea.subjectId))?.profile.username, 'carl')
  assert.equal((await users.findByUsername('bea'))?.profile.fullName, 'Carl Cole')
})

test('postgres: a login while another user gets the verified address stores what the directory says', async (t) => {
  const people = listedDirectory('people', [{ ...bea, email: null, groups: ['admins'] }])
  const server = await startWithDirectories(t, [people], { database: 'postgres', ...patient })
  const { users, groups } = server.server.context.store
  assert.equal((await attempt(server, 'bea')).status, 200)
  people.users = [bea]
  const first = `update profiles set email = '${bea.email}', is_email_verified = 1, email_key = '${bea.email}' where subject_id = 'alice'`
  assert.equal((await whileLocked(server, first, () => attempt(server, 'bea'))).status, 200)
  const user = (await users.findByUsername('bea')) ?? assert.fail()
  assert.deepEqual(await groups.ofUser(user.subject.id), [])
})

test('postgres: a user can be removed while the answer of the directory is stored', async (t) => {
  const people = listedDirectory('people', [bea])
  const server = await startWithDirectories(t, [people], { database: 'postgres', ...patient })
  const { context } = server.server
  assert.equal((await attempt(server, 'bea')).status, 200)
  const link = (await context.store.directoryLinks.findByKey('people', 'b1')) ?? assert.fail()
  const directory = context.directories?.byName('people') ?? assert.fail()
  people.users = []
  const both = async () => {
    const answered = confirmUsers(context, directory, [link])
    await eventually(async () => (await countWaiting(server.databaseUrl)) === 1)
    await Promise.all([answered, removeUser(context, link.subjectId)])
  }
  await whileLocked(server, 'select subject_id from directory_links for update', both, undefined, 2)
  assert.equal(await context.store.directoryLinks.findByKey('people', 'b1'), undefined)
})
