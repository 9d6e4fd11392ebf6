/** `countersign backup` and `countersign restore`, as an operator uses them: with a running server, on both databases. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createGuard } from '@countersign/guard'
import { decodeJwt } from 'jose'
import { openStore } from '../../packages/server/src/store/open.ts'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { authorizeUrl, newPkce, requestOf, webApp } from '../../packages/server/test/support/code-flow.ts'
import { databaseKinds, preparedDatabase } from '../../packages/server/test/support/databases.ts'
import { countRows, dumpOf } from '../../packages/server/test/support/rows.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { aUser } from '../../packages/server/test/support/users.ts'
import { resource, startDeployment, type Tokens, webAppFlags } from '../support/deployment.ts'
import { startGuardedApi } from '../support/guarded-api.ts'
import { type Environment, runCommand, temporaryFolder } from '../support/process.ts'

const endlessFile = ['--conditions=source', fileURLToPath(new URL('./support/endless-file.ts', import.meta.url))]

const alice = { grant_type: 'password', username: 'alice', password: 'secret' }

for (const kind of databaseKinds) {
  test(`${kind}: R10 a backup under load is restored while the server runs: nothing of before lives again, there or at an API`, async (t) => {
    const deployment = await startDeployment(t, kind, { PASSWORD_GRANT: 'first-party' })
    const { origin, databaseUrl, run, addClient, post, browse, logIn } = deployment
    const web = await addClient('web-app', ...webAppFlags)
    const reasons: string[] = []
    const guard = createGuard({
      issuer: origin,
      audience: resource,
      revocations: { interval: 1 },
      onReject: ({ reason, received }) => reasons.push(`${reason}: ${received}`),
    })
    const api = await startGuardedApi(t, guard)
    const file = join(temporaryFolder(t), 'countersign.backup')
    const member = async (response: Response, name: string) => JSON.parse(await response.text())[name]
    const introspect = async (token: string) => member(await post('/introspect', { token }, web), 'active')
    const ownRoute = async (token: string) =>
      (await fetch(`${origin}/users/me`, { headers: { authorization: `Bearer ${token}` } })).status
    const refresh = (token: string) =>
      post('/token', { grant_type: 'refresh_token', refresh_token: token, resource }, web)
    const own = async () => member(await post('/token', { ...alice, scope: 'me' }), 'access_token')

    const browser = browse()
    const [rotated, revoked] = [await logIn(browser, web), await logIn(browse(), web)]
    const ownBefore = await own()

    const load = startLoad(databaseUrl, async () => {
      await logIn(browse(), web)
    })
    await load.begun
    const { stdout } = await run(['backup', 'create', file])
    await load.stop()
    assert.match(stdout, /It was read again, and is whole\.\n.*not encrypted.*\nSECRET_KEY is not in it/)

    // What the backup does not know.
    const laterBrowser = browse()
    const later = await logIn(laterBrowser, web)
    const ownLater = await own()
    const successor: Tokens = JSON.parse(await (await refresh(rotated.refresh_token)).text())
    await post('/revoke', { token: revoked.refresh_token }, web)
    await run(['users', 'disable', 'alice'])
    assert.deepEqual([await ownRoute(ownLater), await introspect(revoked.access_token)], [401, false])
    await eventually(async () => (await api.statusOf(revoked.access_token)) === 401)
    for (const { access_token: token } of [rotated, later, successor]) {
      assert.deepEqual([await api.statusOf(token), await introspect(token)], [200, true])
    }

    const restored = await run(['restore', file, '--replace', '--yes'])
    assert.match(
      restored.stdout,
      /^Restored .*\nAll sessions, .*users log in again\..*\nWhat was changed after .* is lost\./,
    )

    for (const token of [rotated, later, successor, revoked].map((each) => each.access_token)) {
      assert.equal(await introspect(token), false)
      await eventually(async () => (await api.statusOf(token)) === 401)
      assert.match(reasons.at(-1) ?? '', /^(token_revoked: revoked by its (key|iat)|key_unknown: )/)
    }
    for (const token of [ownBefore, ownLater]) assert.equal(await ownRoute(token), 401)
    for (const { refresh_token: token } of [rotated, later, successor, revoked]) {
      const response = await refresh(token)
      assert.deepEqual([response.status, await member(response, 'error')], [400, 'invalid_grant'])
    }
    for (const agent of [browser, laterBrowser]) {
      const silent = requestOf(webApp, newPkce(), { scope: 'openid items', resource, prompt: 'none' })
      assert.match((await agent.open(authorizeUrl(silent))).url, /error=login_required/)
    }
    const feed = decodeJwt(await (await fetch(`${origin}/revocations`)).text())
    assert.ok(Number(feed['not_before']) > Number(decodeJwt(later.access_token).iat))

    // With the password and the state that the backup has.
    const again = await logIn(laterBrowser, web)
    await eventually(async () => (await api.statusOf(again.access_token)) === 200)
    assert.deepEqual([await introspect(again.access_token), await ownRoute(await own())], [true, 200])
    assert.ok(!(await run(['incidents'])).stdout.includes('reused'))
    const parts = ['subjects', 'profiles', 'credentials'].map((table) => countRows(databaseUrl, table))
    assert.equal(new Set(await Promise.all(parts)).size, 1)
  })
}

test('each refusal names the cause and the fix, and changes nothing', async (t) => {
  const database = await preparedDatabase('sqlite')
  t.after(database.remove)
  const folder = temporaryFolder(t)
  const settings = { DATABASE_URL: database.url, SECRET_KEY: testSecret }
  const run = (line: string, more: Environment = {}) =>
    runCommand(line.split(' '), { ...settings, ...more }, '', folder)
  const key = /age1\w+/.exec((await run('backup new-key key.txt')).stdout)?.[0]
  for (const line of ['backup create a.backup', `backup create b.backup --recipient ${key}`]) {
    assert.equal((await run(line)).code, 0)
  }
  assert.equal(statSync(join(folder, 'a.backup')).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(folder).toSorted(), ['a.backup', 'b.backup', 'key.txt'])
  const before = await dumpOf(database.url)

  const refusals: readonly (readonly [line: string, code: number, message: RegExp, more?: Environment])[] = [
    ['backup create a.backup', 1, /^a\.backup exists\. .*--force\.$/],
    ['backup create . --force', 1, /^\. is not a file\. Choose another name\.$/],
    [`backup create ${'long'.repeat(62)}`, 1, / cannot be written \(ENAMETOOLONG\)\. .* Nothing was kept\.$/],
    ['backup create missing/a.backup', 1, /^missing\/a\.backup cannot be written \(ENOENT\)\. .* Nothing was kept\.$/],
    ['backup new-key key.txt', 1, /^key\.txt exists\. Choose another name\.$/],
    ['restore none.backup', 1, /^none\.backup cannot be read\./],
    ['restore .', 1, /is not a file\. It is read twice/],
    ['restore key.txt', 1, /^key\.txt is damaged, or is not a backup .* Nothing was changed\.$/],
    ['restore a.backup', 1, /^The database is not empty\. Nothing was changed\. .*--replace\.$/],
    ['restore a.backup --replace', 2, /Replacing needs a confirmation\. In a script, give it with --yes\.$/],
    ['restore --in-place', 2, /Ending all logins needs a confirmation\. .*--yes\.$/],
    ['restore b.backup --replace --yes', 1, /^b\.backup is encrypted\. .*--identity <file>\. Nothing was changed\.$/],
    ['restore b.backup --identity a.backup', 1, /^a\.backup has no key for backups\./],
    ['restore b.backup --identity /dev/zero', 1, /^\/dev\/zero has more than 1,000,000 bytes\./],
    ['backup verify b.backup --identity /dev/urandom', 1, /^\/dev\/urandom has more than 1,000,000 bytes\./],
    ['backup verify b.backup --identity .', 1, /^\. is a folder, not a file\.$/],
    [
      'restore a.backup --replace --yes',
      1,
      /^SECRET_KEY does not open the signing keys in a\.backup: .*\. Nothing was changed\.$/,
      { SECRET_KEY: 'another secret of the tests, long enough for anyone' },
    ],
    ['restore a.backup --replace --yes', 1, /^SECRET_KEY is missing: .* Nothing was changed\.$/, { SECRET_KEY: '' }],
  ]
  for (const [line, code, message, more] of refusals) {
    const { code: found, stderr } = await run(line, more)
    assert.match(stderr.trim().split('\n').at(-1) ?? '', message, line)
    assert.equal(found, code, line)
  }
  assert.equal(await dumpOf(database.url), before)
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`a file that is being written is removed at ${signal}, and one that exists stays`, async (t) => {
    const folder = temporaryFolder(t)
    writeFileSync(join(folder, 'other.backup.part-1'), '')
    const child = spawn(process.execPath, [...endlessFile, join(folder, 'a.backup')], { stdio: 'inherit' })
    t.after(() => child.kill('SIGKILL'))
    const ended = new Promise((resolve) => child.once('close', (code, by) => resolve(by ?? code)))
    await eventually(async () => readdirSync(folder).some((name) => name.startsWith('a.backup.part-')))
    child.kill(signal)
    assert.equal(await ended, signal)
    assert.deepEqual(readdirSync(folder), ['other.backup.part-1'])
  })
}

interface Load {
  /** Resolves when it was done once. */
  readonly begun: Promise<void>
  readonly stop: () => Promise<void>
}

/** Adds users and does `work`, until it is stopped. */
function startLoad(databaseUrl: string, work: () => Promise<void>): Load {
  const begun = Promise.withResolvers<void>()
  let isStopped = false
  async function repeat(): Promise<void> {
    const store = await openStore({ url: databaseUrl, migrate: false })
    for (let done = 0; !isStopped; done++) {
      await store.users.insert([aUser(`load-${done}`)])
      await work()
      begun.resolve()
    }
    await store.close()
  }
  const running = repeat()
  running.catch(begun.reject)
  return {
    begun: begun.promise,
    stop: () => {
      isStopped = true
      return running
    },
  }
}
