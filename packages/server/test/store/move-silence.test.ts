/** A move does not wait for a PostgreSQL that has fallen silent: it says which one, leaves the source in use, and continues at the next run. */
import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { openStore } from '../../src/store/open.ts'
import { type BreakableProxy, behindProxy } from '../support/breakable-proxy.ts'
import { migratedDatabase } from '../support/databases.ts'
import {
  beginningFor,
  connectDirectly,
  contentsOf,
  databaseUrl,
  failureOf,
  givenRows,
  insertion,
  lastly,
  move,
  roles,
  type TableColumns,
} from '../support/moves.ts'

interface Given {
  readonly source: string
  readonly target: string
  /** Past the proxy. */
  readonly direct: { readonly source: string; readonly target: string }
  readonly proxy: BreakableProxy
  /** The URL that leads through the proxy. */
  readonly proxied: string
  readonly columns: TableColumns
}

/** A move between SQLite and a PostgreSQL behind a proxy, which has this role. */
async function given(t: TestContext, as: (typeof roles)[number]): Promise<Given> {
  const postgres = await migratedDatabase('postgres')
  const { url: proxied, proxy } = await behindProxy(t, postgres)
  // A move that waits for ever ends too, with another message.
  const end = setTimeout(proxy.restore, 110_000)
  t.after(() => clearTimeout(end))
  const sqlite = await databaseUrl(t, 'sqlite')
  const [source, target] = as === 'source' ? [proxied, sqlite] : [sqlite, proxied]
  const direct = {
    source: source === sqlite ? sqlite : postgres.url,
    target: target === sqlite ? sqlite : postgres.url,
  }
  return { source, target, direct, proxy, proxied, columns: await givenRows(direct.source) }
}

/** The source takes writes, and what was written comes to the target with the rest. */
async function continues({ source, target, direct, columns }: Given): Promise<void> {
  await (await openStore({ url: source, migrate: false })).close()
  const change = await connectDirectly(direct.source)
  await change.run(insertion('subjects', columns, 900))
  await change.close()
  assert.equal((await move(source, target)).state, 'continued')
  assert.deepEqual(await contentsOf(direct.target), await contentsOf(direct.source))
}

// Each waits for seconds.
describe('a move and a PostgreSQL that is silent', { concurrency: true }, () => {
  for (const as of roles) {
    for (const [stage, done] of [
      ['copying', 200],
      ['comparing', 200],
      ['freezing', 0],
      ['freezing', 1],
    ] as const) {
      // Then the source has ended already.
      if (as === 'target' && done === 1) continue
      test(`R12 postgres: a ${as} that falls silent in the stage ${stage} ${done} is named; the source goes on, and the move continues`, async (t) => {
        const databases = await given(t, as)
        const { source, target, proxy, proxied } = databases
        const { message } = await failureOf(move(source, target, lastly(stage, done, proxy.silence)))
        assert.ok(message.startsWith(beginningFor(as, proxied)), message)
        assert.match(message, /does not respond in time\. .*Run .*countersign.* move again: it continues\.$/)
        await proxy.restore()
        await continues(databases)
      })
    }

    test(`R12 postgres: the loss of connections to a ${as} without a word is found, although new ones work`, async (t) => {
      const databases = await given(t, as)
      const { source, target, proxy, proxied } = databases
      const { message } = await failureOf(move(source, target, lastly('copying', 200, proxy.abandon)))
      assert.ok(message.startsWith(beginningFor(as, proxied)), message)
      assert.match(message, /another connection does not find it at work\. .*move again: it continues\.$/)
      // Its transactions are still open at PostgreSQL.
      await continues(databases)
    })
  }

  test('R12 postgres: when the target falls silent after the end of the source, the message says that servers wait for the next run', async (t) => {
    const { source, target, direct, proxy } = await given(t, 'target')
    const { message } = await failureOf(move(source, target, lastly('freezing', 1, proxy.silence)))
    assert.ok(message.startsWith(beginningFor('target', target)), message)
    assert.match(message, /the source takes no writes any more\. Run .* move again now: until then no server starts/)
    await proxy.restore()
    assert.equal((await move(source, target)).state, 'complete')
    assert.deepEqual(await contentsOf(direct.target), await contentsOf(direct.source))
  })

  test('R12 postgres: a transaction that keeps the target from its end is found while the source can go on', async (t) => {
    const databases = await given(t, 'target')
    const { source, target, direct, proxy } = databases
    const reader = await connectDirectly(direct.target)
    const reading = lastly('comparing', 1, () => {
      // The move gets no more rows before the lock is there.
      const goOn = proxy.holdAfter('rows')
      void reader.run('begin; lock table subjects in access share mode').finally(goOn)
    })
    const { message } = await failureOf(move(source, target, reading))
    assert.ok(message.startsWith(beginningFor('target', target)), message)
    assert.match(
      message,
      /: Long transactions of other programs use the tables\. End them first\. Run [^.]* move again: it continues\.$/,
    )
    await reader.close()
    await continues(databases)
  })

  test('R12 postgres: a statement that takes long is waited for', async (t) => {
    const { source, target, direct } = await given(t, 'target')
    const slow = await connectDirectly(direct.target)
    await slow.run(`create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(30); return null; end $$;
      create trigger slow after insert on subjects for each statement execute function slow()`)
    await slow.close()
    await move(source, target)
    assert.deepEqual(await contentsOf(direct.target), await contentsOf(direct.source))
  })
})
