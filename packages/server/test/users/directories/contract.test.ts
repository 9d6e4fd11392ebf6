/** What each kind of directory must do, on its real server. */
import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import { skipWithout } from '../../../../../test/support/missing-tool.ts'
import { verifyPassword } from '../../../src/passwords/verify-password.ts'
import type { Directory } from '../../../src/users/directories/directory.ts'
import { UnusableEntry } from '../../../src/users/directories/directory-user.ts'
import type { RunningKind } from '../../support/directories/kind.ts'
import { directoryKinds } from '../../support/directories/kinds.ts'
import { mira, otto, tealPassword } from '../../support/directories/people.ts'
import { find, problemsIn, soon } from '../../support/directories/questions.ts'

/** Of strings that end a literal, an operator or a statement in one of the query languages. */
const injections = [
  "' or '1'='1",
  "mira' -- ",
  "mira'; drop table people; -- ",
  "\\' or 1=1 -- ",
  'mira\\',
  '" or ""="',
  '`',
  '%',
  '_ira',
  '{ "$ne": null }',
  '$where',
  '$gt',
  '__proto__',
  'login.0',
  'mi\u0000ra',
  'mira\u200b',
  '1 or 1=1',
]

for (const { name, howToGet, isFile, start } of directoryKinds) {
  describe(name, () => {
    let running: RunningKind | undefined
    before(async () => {
      running = await start()
    })
    after(() => running?.stop())

    /** A test with the server; without one it says what to install. */
    const testWith = (title: string, work: (kind: RunningKind, t: TestContext) => Promise<void>) =>
      test(title, async (t) => {
        if (running === undefined) skipWithout(t, howToGet)
        else await work(running, t)
      })

    testWith('a user is found by the name, with all fields', async (kind, t) => {
      await kind.fill([mira, otto])
      const directory = await opened(t, kind)
      assert.deepEqual(await find(directory, 'mira'), {
        key: '7',
        sub: undefined,
        username: 'mira',
        email: 'mira@example.com',
        isEmailVerified: true,
        fullName: 'Mira Okafor',
        claims: {},
        groups: [],
        isDisabled: false,
        passwordHash: mira.passwordHash,
      })
      const found = await find(directory, 'otto')
      assert.deepEqual([found?.isDisabled, found?.isEmailVerified, found?.passwordHash], [true, false, null])
      assert.equal(await find(directory, 'nobody'), undefined)
      assert.equal(await find(directory, ''), undefined)
      assert.equal((await find(directory, 'MIRA'))?.key, kind.foldsCase ? '7' : undefined)
    })

    testWith('the password is checked by the hash', async (kind, t) => {
      await kind.fill([mira])
      const hash = (await find(await opened(t, kind), 'mira'))?.passwordHash ?? null
      assert.equal(verifyPassword(hash, tealPassword).isMatch, true)
      assert.equal(verifyPassword(hash, 'teal-heron-43').isMatch, false)
    })

    testWith('changes are seen at once: disabled, renamed, gone', async (kind, t) => {
      await kind.fill([mira, otto])
      const directory = await opened(t, kind)
      await kind.fill([{ ...mira, isDisabled: true }])
      const [read] = await directory.read(['7', '12'], soon())
      assert.deepEqual([read?.key, read?.isDisabled], ['7', true])
      await kind.fill([{ ...mira, username: 'mira.okafor' }])
      assert.equal(await find(directory, 'mira'), undefined)
      assert.equal((await directory.read(['7'], soon()))[0]?.username, 'mira.okafor')
      await kind.fill([])
      assert.equal(await find(directory, 'mira.okafor'), undefined)
      assert.deepEqual(await directory.read(['7'], soon()), [])
    })

    testWith('users are read by their keys, in any order, and no others', async (kind, t) => {
      await kind.fill([mira, otto, { id: 13, username: 'pia' }])
      const directory = await opened(t, kind)
      const users = await directory.read(['13', '7', '99'], soon())
      assert.deepEqual(users.map(({ username }) => username).sort(), ['mira', 'pia'])
      assert.deepEqual(await directory.read([], soon()), [])
      assert.deepEqual(await directory.read(['07', '7 or 1=1', "7'", 'mira', ''], soon()), [])
    })

    testWith('all users are listed in pages, without those that cannot be used', async (kind, t) => {
      const unusable = [20, 21, 22].map((id) => ({ id, username: ' ' }))
      const people = [1, 2, 3, 23, 24].map((id) => ({ id, username: `person${id}` }))
      await kind.fill([...people, ...unusable])
      const directory = await opened(t, kind)
      const pages: string[][] = []
      for (let last: string | undefined; ; ) {
        const page = await directory.list(last, 2, soon())
        if (page.length === 0) break
        pages.push(page.map(({ key }) => key))
        last = page.at(-1)?.key
      }
      assert.deepEqual(pages, [['1', '2'], ['3', '23'], ['24']])
    })

    testWith('an entry that cannot be a user is no outage', async (kind, t) => {
      await kind.fill([{ id: 5, username: 'аlice' }])
      const directory = await opened(t, kind)
      await assert.rejects(find(directory, 'аlice'), UnusableEntry)
      assert.deepEqual(await directory.read(['5'], soon()), [])
    })

    testWith('where two users have a name, nobody is meant', async (kind, t) => {
      await kind.fill([mira, { ...mira, id: 8 }])
      const directory = await opened(t, kind)
      assert.equal(await find(directory, 'mira'), undefined)
      await kind.fill([mira, { ...mira, id: 8, username: 'Mira' }])
      assert.equal((await find(directory, 'mira'))?.key, kind.foldsCase ? undefined : '7')
    })

    testWith('a name is a value, whatever is in it', async (kind, t) => {
      await kind.fill([mira])
      const directory = await opened(t, kind)
      for (const text of injections) assert.equal(await find(directory, text), undefined, text)
      const named = injections.filter((text) => !/[\0\u200b]/.test(text) && text.trim() === text)
      await kind.fill([mira, ...named.map((username, index) => ({ id: 100 + index, username }))])
      for (const [index, text] of named.entries()) {
        assert.equal((await find(directory, text))?.key, String(100 + index), text)
      }
    })

    testWith('a new password is written, and only where that is allowed', async (kind, t) => {
      await kind.fill([mira, otto])
      const directory = await opened(t, kind, { writable: true })
      await directory.setPasswordHash?.('7', "$argon2id$'new", soon())
      assert.equal((await find(directory, 'mira'))?.passwordHash, "$argon2id$'new")
      assert.equal((await find(directory, 'otto'))?.passwordHash, null)
      assert.equal((await opened(t, kind)).setPasswordHash, undefined)
      assert.deepEqual(
        [kind.declare({ timeout: 1 }).writable, kind.declare({ timeout: 1, writable: true }).writable],
        [false, true],
      )
    })

    testWith('it says whether look-ups have an index', async (kind, t) => {
      await kind.fill([mira])
      assert.deepEqual(await problemsIn(await opened(t, kind)), [])
      await kind.fill([mira], { hasIndex: false })
      const [found, ...others] = await problemsIn(await opened(t, kind))
      assert.match(found ?? '', /^Look-ups by username .*create an index: /)
      assert.deepEqual(others, [])
    })

    if (isFile) return

    testWith('look-ups share a few connections', async (kind, t) => {
      const { proxy } = kind
      assert.ok(proxy)
      await kind.fill([mira])
      const directory = await opened(t, kind)
      await Promise.all(Array.from({ length: 40 }, () => find(directory, 'mira')))
      assert.ok(proxy.connections() <= kind.maxConnections, String(proxy.connections()))
    })

    testWith('it works again after the server was gone, without a restart', async (kind, t) => {
      const { proxy } = kind
      assert.ok(proxy)
      await kind.fill([mira])
      const directory = await opened(t, kind)
      assert.equal((await find(directory, 'mira'))?.key, '7')
      await proxy.cut()
      t.after(proxy.restore)
      for (const _ of [1, 2, 3]) await assert.rejects(find(directory, 'mira'))
      const [found] = await problemsIn(directory)
      assert.match(found ?? '', /^The (database|server) cannot be (used|reached): /)
      assert.ok(!found?.includes(kind.secret))
      await proxy.restore()
      assert.equal((await find(directory, 'mira'))?.key, '7')
      assert.deepEqual(await problemsIn(directory), [])
    })

    testWith('a server that says nothing is given up at the timeout', async (kind, t) => {
      const { proxy } = kind
      assert.ok(proxy)
      await kind.fill([mira])
      const directory = await opened(t, kind)
      await find(directory, 'mira')
      proxy.silence()
      t.after(proxy.restore)
      await Promise.all([assert.rejects(find(directory, 'mira')), assert.rejects(directory.read(['7'], soon()))])
      await proxy.restore()
      assert.equal((await find(directory, 'mira'))?.key, '7')
    })

    testWith('it closes while the server says nothing, and while it is gone', async (kind, t) => {
      const { proxy } = kind
      assert.ok(proxy)
      await kind.fill([mira])
      t.after(proxy.restore)
      for (const breakOff of [proxy.silence, proxy.cut]) {
        const directory = await kind.declare({ timeout: 3 }).open()
        await find(directory, 'mira')
        await breakOff()
        const asked = assert.rejects(find(directory, 'mira'))
        await directory.close()
        await asked
        await proxy.restore()
      }
    })

    testWith('a directory that was not there at the start is used when it is', async (kind, t) => {
      const { proxy } = kind
      assert.ok(proxy)
      await kind.fill([mira])
      await proxy.cut()
      t.after(proxy.restore)
      const directory = await opened(t, kind)
      await assert.rejects(find(directory, 'mira'))
      await proxy.restore()
      assert.equal((await find(directory, 'mira'))?.key, '7')
    })
  })
}

async function opened(
  t: TestContext,
  kind: RunningKind,
  options: { readonly timeout?: number; readonly writable?: boolean } = {},
): Promise<Directory> {
  const directory = await kind.declare({ timeout: 3, ...options }).open()
  t.after(directory.close)
  return directory
}
