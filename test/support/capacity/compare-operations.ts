/** What each operation commits and logs, as the database counts it, beside the model's table. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { UserAgent } from '../../../packages/server/src/user-agent/user-agent.ts'
import type { DatabaseKind } from '../../../packages/server/test/support/databases.ts'
import { countRows } from '../../../packages/server/test/support/rows.ts'
import { costs } from '../../../scripts/capacity/measured.ts'
import type { Operation } from '../../../scripts/capacity/rates.ts'
import type { Comparison } from './comparison.ts'
import type { MeasuredServer } from './measured-server.ts'
import type { Held } from './traffic.ts'

/** What one housekeeping adds: a check of the readiness, and the note of the issuer. */
const housekeeping = { commits: 2, logBytes: 1200 } as const

/** Milliseconds between two of them. */
const housekeepingMs = 60_000

/** Seconds after which the use of a session is recorded again. */
const touchInterval = 61

export async function compareOperations(
  kind: DatabaseKind,
  measured: MeasuredServer,
  count: number,
): Promise<readonly Comparison[]> {
  const { ledger } = measured
  const operations = await operationsOf(measured, count)
  const comparisons: Comparison[] = []
  for (const [name, operate] of Object.entries(operations) as [Operation, () => Promise<unknown>][]) {
    const begunMs = performance.now()
    const before = { commits: await ledger.commits(), log: await ledger.logBytes() }
    const times = name === 'wrongPassword' ? Math.min(count, 5) : count
    for (let done = 0; done < times; done++) await operate()
    const commits = ((await ledger.commits()) - before.commits) / times
    const log = ((await ledger.logBytes()) - before.log) / times
    // On a busy machine the operations may take longer than from one housekeeping to the next.
    const housekeepings = 1 + Math.floor((performance.now() - begunMs) / housekeepingMs)
    const { commits: modelled, logBytes } = costs[name]
    comparisons.push({
      what: `${kind}, commits of ${name}`,
      model: modelled,
      measured: commits,
      slack: (housekeepings * housekeeping.commits) / times,
    })
    if (kind === 'postgres' && modelled > 0) {
      const slack = (housekeepings * housekeeping.logBytes) / times
      comparisons.push({ what: `bytes of the log of ${name}`, model: logBytes, measured: log, slack })
    }
  }
  return comparisons
}

type Operations = Readonly<Record<Operation, () => Promise<unknown>>>

/** Each can be done `count` times. */
async function operationsOf({ server, traffic }: MeasuredServer, count: number): Promise<Operations> {
  // The user's consent is asked for once, and stays.
  const { browser, held: first } = await traffic.login()
  const grants: Held[] = []
  for (let made = 0; made < count; made++) grants.push(await traffic.passwordLogin())
  const browsers: UserAgent[] = []
  for (let made = 0; made < count; made++) browsers.push((await traffic.login()).browser)
  let held = first
  return {
    login: traffic.login,
    signOn: async () => {
      server.clock.now += touchInterval
      await traffic.signOn(browser)
    },
    passwordLogin: traffic.passwordLogin,
    // Traces are written a moment later, some together; here each by itself.
    wrongPassword: async () => {
      const stored = () => countRows(server.databaseUrl, 'traces')
      const before = await stored()
      await traffic.wrongPassword()
      while ((await stored()) === before) await sleep(20)
    },
    refresh: async () => {
      held = await traffic.refresh(held)
    },
    revoke: () => traffic.revoke(taken(grants.pop())),
    logout: () => traffic.logout(taken(browsers.pop())),
    serviceToken: traffic.serviceToken,
    introspection: () => traffic.introspection(held),
    usersMe: () => traffic.usersMe(held),
    feed: traffic.feed,
  }
}

/** Bytes of the log when each operation writes each of its pages for the first time since a checkpoint, in tables with many. */
export async function comparePages(measured: MeasuredServer, count: number): Promise<readonly Comparison[]> {
  const { ledger, server, traffic } = measured
  const operations = await operationsOf(measured, count)
  const { browser } = await traffic.login()
  const grants: Held[] = []
  for (let made = 0; made < 60 * count; made++) {
    server.clock.now += 7
    grants.push(await traffic.signOn(browser))
  }
  const comparisons: Comparison[] = []
  const spread = {
    ...operations,
    refresh: () => traffic.refresh(taken(grants.splice(grants.length / 3, 1)[0])),
    revoke: () => traffic.revoke(taken(grants.splice(grants.length / 2, 1)[0])),
  }
  for (const [name, operate] of Object.entries(spread) as [Operation, () => Promise<unknown>][]) {
    if (costs[name].commits === 0) continue
    let bytes = 0
    for (let done = 0; done < count; done++) {
      await ledger.checkpoint()
      const before = await ledger.logBytes()
      await operate()
      bytes += (await ledger.logBytes()) - before
    }
    const what = `bytes of the log of ${name}, with whole pages`
    comparisons.push({ what, model: costs[name].logBytesWithPages, measured: bytes / count })
  }
  return comparisons
}

function taken<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Error('too few were made')
  return thing
}
