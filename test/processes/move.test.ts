/**
 * `countersign move` under load: killed at several points, and then to its end; everything that was valid stays valid on the new database.
 * With 300 users beside those of the load, and with 200,000 under `npm run soak`.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Page, UserAgent } from '../../packages/server/src/user-agent/user-agent.ts'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import {
  authorizeUrl,
  newPkce,
  passPages,
  requestOf,
  responseOf,
  webApp,
} from '../../packages/server/test/support/code-flow.ts'
import { freshDatabase } from '../../packages/server/test/support/databases.ts'
import { connectDirectly } from '../../packages/server/test/support/moves.ts'
import { alice } from '../../packages/server/test/support/people.ts'
import { query } from '../../packages/server/test/support/rows.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { type Deployment, resource, startDeployment, type Tokens, webAppFlags } from '../support/deployment.ts'
import { runCommand } from '../support/process.ts'
import { untilNotReady } from '../support/readiness.ts'

const script = ['--conditions=source', fileURLToPath(new URL('./support/killed-move.ts', import.meta.url))]

const isSoak = process.env['SOAK'] === 'true'
const users = isSoak ? 200_000 : 300

/** Milliseconds between the flows of a user: logins cost most of the processor time of this test. */
const pause = isSoak ? 20 : 150

/** Milliseconds. Four runs copy what is there. */
const timeout = isSoak ? 1_800_000 : 300_000

/** In the first pass; with the source locked; when the target has everything and the source is not yet marked. */
const copying = ['copying', String(2 * users)] as const
const locked = ['freezing', '0'] as const
const complete = ['freezing', '1'] as const

for (const [from, to, points] of [
  ['sqlite', 'postgres', isSoak ? [copying, locked, complete] : [complete]],
  ['postgres', 'sqlite', isSoak ? [copying, locked, complete] : [locked]],
] as const) {
  test(`${from} to ${to}: kill -9 leaves the source as it was; after the move nothing that was valid has ended, and nothing that ended is valid`, {
    timeout,
  }, async (t) => {
    const deployment = await startDeployment(t, from, { PASSWORD_GRANT: 'first-party' })
    const { databaseUrl: source, run, addClient, post, browse, logIn, restart, origin } = deployment
    const { url: target, remove } = await freshDatabase(to)
    t.after(remove)
    const web = await addClient('web-app', ...webAppFlags)
    const refresh = (token: string) =>
      post('/token', { grant_type: 'refresh_token', refresh_token: token, resource }, web)
    const isActive = async (token: string) => (await bodyOf(await post('/introspect', { token }, web)))['active']
    const keys = async () => (await fetch(`${origin}/.well-known/jwks.json`)).text()

    const browser = browse()
    const kept = await logIn(browser, web)
    const revoked = await logIn(browse(), web)
    assert.equal((await post('/revoke', { token: revoked.refresh_token }, web)).status, 200)
    for (let guess = 0; guess < 3; guess++) {
      const form = { grant_type: 'password', username: alice.username, password: `guess ${guess}` }
      assert.equal((await post('/token', form)).status, 401)
    }
    const budget = await query(source, 'select key, failures from throttle order by key')
    assert.ok(budget.some(({ failures }) => failures === 3))

    await addUsers(source, users)
    const load = startLoad(deployment, web)
    for (const [stage, done] of points) {
      const before = load.acknowledged()
      const killed = await runCommand([source, target, stage, done], {}, '', undefined, script)
      assert.equal(killed.code, null, killed.stderr)
      await eventually(() => load.acknowledged() > before + 2)
    }
    assert.deepEqual(load.failures(), [])
    const keysBefore = await keys()

    const { stdout } = await run(['move', '--from', source, '--to', target, '--json'])
    // A code lives for a minute, and a busy machine needs longer for what comes before it is redeemed.
    await query(target, 'update authorization_codes set expires_at = expires_at + 60')
    await eventually(() => load.refusals() > 0)
    const ledger = await load.stop()
    const report = JSON.parse(stdout)
    assert.ok(report.rows > 5 * users && report.frozen_seconds !== null, stdout)
    t.diagnostic(`${report.rows} rows, ${report.online_seconds} s online, ${report.frozen_seconds} s frozen`)
    assert.deepEqual(ledger.failures, [])

    // Until they are stopped, the former servers check tokens, and refuse what writes.
    await untilNotReady(origin, 'moved_away')
    assert.equal(await isActive(kept.access_token), true)
    const refused = await refresh(kept.refresh_token)
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '5'])
    const started = await runCommand(['serve'], { DATABASE_URL: source, SECRET_KEY: testSecret })
    assert.match(started.stderr, /^The data of this database was moved to .* Set DATABASE_URL to that database\.\n$/)

    const former = await restart({ DATABASE_URL: target })
    assert.equal(former.code, 0, former.stdout)
    assert.match(former.stdout, /"reason":"moved_away".*not ready: countersign move has moved the data/)
    assert.ok(!former.stdout.includes('"level":50'), former.stdout)

    assert.equal(await keys(), keysBefore)
    assert.deepEqual([await isActive(kept.access_token), await isActive(revoked.access_token)], [true, false])
    assert.equal((await refresh(kept.refresh_token)).status, 200)
    assert.equal((await refresh(revoked.refresh_token)).status, 400)
    const exchanged = await post('/token', ledger.pending ?? {}, web)
    assert.equal(exchanged.status, 200, await exchanged.text())
    const silent = requestOf(webApp, newPkce(), { scope: 'openid items', resource, prompt: 'none' })
    assert.ok(responseOf(await browser.open(authorizeUrl(silent))).get('code'))
    const after = await query(target, 'select key, failures from throttle order by key')
    for (const { key, failures } of budget)
      assert.equal(after.find((row) => row['key'] === key)?.['failures'], failures)
    for (const tokens of ledger.kept) assert.equal(await isActive(tokens.access_token), true)
    for (const tokens of ledger.revoked) assert.equal(await isActive(tokens.access_token), false)
    for (const tokens of ledger.kept.slice(0, 3)) assert.equal((await refresh(tokens.refresh_token)).status, 200)
  })
}

/** Users with a grant and a refresh token each. */
async function addUsers(url: string, count: number): Promise<void> {
  const numbers = url.startsWith('sqlite:')
    ? `with recursive numbers(i) as (select 1 union all select i + 1 from numbers where i < ${count})`
    : `with numbers(i) as (select generate_series(1, ${count}))`
  const direct = await connectDirectly(url)
  for (const [columns, values] of [
    ['subjects (id, is_disabled, tokens_valid_from, version, created_at)', `'many-' || i, 0, 0, 1, 0`],
    ['profiles (subject_id, username, username_key, is_email_verified, updated_at)', `'many-' || i, i, i, 0, 0`],
    ['credentials (subject_id, is_demo)', `'many-' || i, 0`],
    [
      'grants (id, client_id, user_id, scope, is_offline, claims, authenticated_at, created_at, expires_at)',
      `'grant-' || i, 'app', 'many-' || i, 'items', 1, '{}', 0, 0, 4000000000`,
    ],
    ['refresh_tokens (token_hash, grant_id, created_at, expires_at)', `'token-' || i, 'grant-' || i, 0, 4000000000`],
  ] as const) {
    await direct.run(`insert into ${columns} ${numbers} select ${values} from numbers`)
  }
  await direct.close()
}

interface Answer {
  readonly page: Page
  /** What /token takes for the code of the page. */
  readonly form: Record<string, string>
}

async function codeFor(agent: UserAgent): Promise<Answer> {
  const pkce = newPkce()
  const request = requestOf(webApp, pkce, { scope: 'openid items', resource })
  const page = await passPages(agent, await agent.open(authorizeUrl(request)))
  const form = {
    grant_type: 'authorization_code',
    code: responseOf(page).get('code') ?? '',
    redirect_uri: webApp.redirect_uris?.[0] ?? '',
    code_verifier: pkce.verifier,
    resource,
  }
  return { page, form }
}

async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  return JSON.parse(await response.text())
}

/** What the server has acknowledged, by what its clients know. */
interface Ledger {
  /** The last tokens of each grant that was not revoked. */
  readonly kept: readonly Tokens[]
  readonly revoked: readonly Tokens[]
  /** What /token takes for the last code that was issued and not used: of the second before the freeze. */
  readonly pending: Record<string, string> | undefined
  /** Responses that were neither 200 nor 503 with `Retry-After`. */
  readonly failures: readonly string[]
}

interface Load {
  readonly acknowledged: () => number
  readonly failures: () => readonly string[]
  /** Responses 503. */
  readonly refusals: () => number
  readonly stop: () => Promise<Ledger>
}

/** Two users who log in in a browser, refresh and revoke, and one who never uses a code, until a response is 503. */
function startLoad({ browse, post }: Deployment, web: Record<string, string>): Load {
  const kept: Tokens[] = []
  const revoked: Tokens[] = []
  const failures: string[] = []
  let pending: Record<string, string> | undefined
  let acknowledged = 0
  let refusals = 0
  let isStopped = false

  async function user(): Promise<void> {
    const agent = browse()
    while (!isStopped) {
      const { page, form: code } = await codeFor(agent)
      const first = responseOf(page).has('code') ? await issue(code) : void note(page.status, page.headers)
      if (first === undefined) return
      const form = { grant_type: 'refresh_token', refresh_token: first.refresh_token, resource }
      await revokeOrKeep((await issue(form)) ?? first)
      await sleep(pause)
    }
  }

  async function waitingUser(): Promise<void> {
    const agent = browse()
    while (!isStopped) {
      const { page, form } = await codeFor(agent)
      if (!responseOf(page).has('code')) return void note(page.status, page.headers)
      pending = form
      await sleep(2 * pause)
    }
  }

  async function issue(form: Record<string, string>): Promise<Tokens | undefined> {
    const response = await post('/token', form, web)
    return note(response.status, response.headers) ? JSON.parse(await response.text()) : undefined
  }

  async function revokeOrKeep(tokens: Tokens): Promise<void> {
    if (kept.length <= revoked.length) {
      kept.push(tokens)
      return
    }
    const { status, headers } = await post('/revoke', { token: tokens.refresh_token }, web)
    if (note(status, headers)) revoked.push(tokens)
  }

  /** Whether it was acknowledged. */
  function note(status: number, headers: Headers): boolean {
    if (status === 200) acknowledged++
    else if (status === 503 && headers.has('retry-after')) refusals++
    else failures.push(String(status))
    return status === 200
  }

  const loops = [user(), user(), waitingUser()]
  return {
    acknowledged: () => acknowledged,
    failures: () => failures,
    refusals: () => refusals,
    stop: async () => {
      isStopped = true
      await Promise.all(loops)
      return { kept, revoked, pending, failures }
    },
  }
}
