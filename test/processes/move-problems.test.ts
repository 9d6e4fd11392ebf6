/** `countersign move` between two databases, of which one fails: the message names which. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { behindProxy } from '../../packages/server/test/support/breakable-proxy.ts'
import { administer, migratedDatabase } from '../../packages/server/test/support/databases.ts'
import { contentsOf, databaseUrl, givenRows } from '../../packages/server/test/support/moves.ts'
import { command, runCommand, temporaryFolder } from '../support/process.ts'

for (const isTarget of [true, false]) {
  test(`a move ${isTarget ? 'to' : 'from'} a PostgreSQL that takes no writes names it, and what to do`, async (t) => {
    const [postgres, sqlite] = [await migratedDatabase('postgres'), await migratedDatabase('sqlite')]
    t.after(() => Promise.all([postgres.remove(), sqlite.remove()]))
    const { host, pathname } = new URL(postgres.url)
    await administer(`alter database ${pathname.slice(1)} set default_transaction_read_only = on`)
    const other = isTarget ? sqlite.url : `sqlite:${join(temporaryFolder(t), 'target.db')}`
    const [from, to] = isTarget ? [other, postgres.url] : [postgres.url, other]
    const { code, stderr } = await runCommand(['move', '--from', from, '--to', to], {})
    assert.equal(code, 1)
    assert.match(
      stderr,
      new RegExp(
        `^The ${isTarget ? 'target' : 'source'}, postgres://\\w+@${host}${pathname}: The database can only be read: `,
      ),
    )
    assert.doesNotMatch(stderr, /:\/\/[^/@]*:[^/@]*@/)
  })
}

test('R12 postgres: a move ends by itself when the target is silent, and by Ctrl-C before that; it says how to go on, and the next run continues', async (t) => {
  const { url: target, proxy } = await behindProxy(t, await migratedDatabase('postgres'))
  const source = await databaseUrl(t, 'sqlite')
  await givenRows(source)
  const args = ['move', '--from', source, '--to', target]
  const runUntilSilent = async () => {
    proxy.holdAfter('insert into "subjects"')
    const child = spawn(process.execPath, [...command, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
    t.after(() => child.kill('SIGKILL'))
    const ended = Promise.all([once(child, 'close'), text(child.stderr)])
    await eventually(async () => !proxy.isArmed())
    proxy.silence()
    return { child, ended }
  }

  const interrupted = await runUntilSilent()
  interrupted.child.kill('SIGINT')
  const [[, signal], lastWords] = await interrupted.ended
  assert.equal(signal, 'SIGINT')
  assert.match(lastWords, /^Interrupted\. Run .* move again: it continues\. To give it up: .* move --cancel\n$/)

  await proxy.restore()
  const [[code], message] = await (await runUntilSilent()).ended
  assert.equal(code, 1)
  assert.match(message, /^The target, .*: PostgreSQL does not answer, .* move again: it continues\.\n$/)

  await proxy.restore()
  assert.equal((await runCommand(args, {})).code, 0)
  assert.deepEqual(await contentsOf(target), await contentsOf(source))
})
