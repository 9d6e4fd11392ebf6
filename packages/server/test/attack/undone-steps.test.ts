/** PostgreSQL undoes the transaction of one step of a login after another: the step is repeated, then refused, and done once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setPassword } from '../../src/users/set-password.ts'
import {
  authorizeUrl,
  exchange,
  newPkce,
  redirectUri,
  requestOf,
  responseOf,
  userAgentOf,
  webApp,
} from '../support/code-flow.ts'
import { preparedDatabase } from '../support/databases.ts'
import { countWrites, injectFaults, removeFaults } from '../support/injected-faults.ts'
import { tim } from '../support/people.ts'
import { query } from '../support/rows.ts'
import { startServer } from '../support/server.ts'

const repeats = 3

/** One that begins with a transaction which writes these rows. */
interface Step {
  readonly writes: string
  readonly run: () => Promise<{ readonly status: number }>
  /** When it is done. */
  readonly status: number
  /** What is counted to see what has changed. */
  readonly rows: string
  readonly before: number
  readonly after: number
}

/** Gives it more faults than it survives, then as many as it does. */
async function meetFaults(url: string, { writes, run, status, rows, before, after }: Step): Promise<void> {
  const count = async () => Number((await query(url, `select count(*) as count from ${rows}`))[0]?.['count'])
  await injectFaults(url, writes, '40001', 1000)
  assert.equal((await run()).status, 503, writes)
  assert.equal(await countWrites(url), repeats + 1, writes)
  assert.equal(await count(), before, writes)
  await injectFaults(url, writes, '40001', repeats)
  assert.equal((await run()).status, status, writes)
  assert.equal(await count(), after, writes)
  await removeFaults(url, writes)
}

test('R13 postgres: the transaction of each step of a login is repeated 3 times, then answered 503, and changes once', async (t) => {
  const { url, remove } = await preparedDatabase('postgres')
  t.after(remove)
  const server = await startServer(t, { databaseUrl: url, clients: [webApp] })
  const meet = (step: Step) => meetFaults(url, step)
  const agent = userAgentOf(server)
  const pkce = newPkce()
  const login = await agent.open(authorizeUrl(requestOf(webApp, pkce, { scope: 'openid offline_access' })))
  await meet({
    writes: 'insert on throttle',
    run: () => agent.submit(login, { ...tim, password: 'wrong' }),
    status: 401,
    rows: 'throttle where failures = 1',
    before: 0,
    after: 2,
  })
  let page = login
  await meet({
    writes: 'insert on sessions',
    run: async () => {
      page = await agent.submit(login, tim)
      return page
    },
    status: 200,
    rows: 'sessions',
    before: 0,
    after: 1,
  })
  const consent = page
  await meet({
    writes: 'insert on consents',
    run: async () => {
      page = await agent.submit(consent, { decision: 'allow', remember: 'yes' })
      return page
    },
    status: 303,
    rows: 'consents join authorization_codes on true',
    before: 0,
    after: 1,
  })
  const form = {
    grant_type: 'authorization_code',
    code: responseOf(page).get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: pkce.verifier,
  }
  await meet({
    writes: 'update on authorization_codes',
    run: () => exchange(server, webApp, form),
    status: 200,
    rows: 'refresh_tokens',
    before: 0,
    after: 1,
  })
  const logout = await agent.open('/logout')
  await meet({
    writes: 'delete on sessions',
    run: () => agent.submit(logout, { decision: 'logout' }),
    status: 200,
    rows: 'sessions',
    before: 1,
    after: 0,
  })
  const [former] = await query(url, "select password_hash from credentials where subject_id = 'tim'")
  await meet({
    writes: 'update on credentials',
    run: () =>
      setPassword(server.server.context, 'tim', 'a new password, long enough').then(
        () => ({ status: 200 }),
        () => ({ status: 503 }),
      ),
    status: 200,
    rows: `credentials where subject_id = 'tim' and password_hash <> '${former?.['password_hash']}'`,
    before: 0,
    after: 1,
  })
})
