/** Processes on machines whose clocks differ: what one of them writes, the others judge by the same clock. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeJwt } from 'jose'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { basicOf } from '../../packages/server/test/support/clients.ts'
import {
  authorizeUrl,
  newPkce,
  passPages,
  redirectUri,
  requestOf,
  responseOf,
  type Tokens,
  webApp,
} from '../../packages/server/test/support/code-flow.ts'
import { alice } from '../../packages/server/test/support/people.ts'
import { query } from '../../packages/server/test/support/rows.ts'
import { untilNotReady, untilReady } from '../support/readiness.ts'
import { browseInTurn, type SkewedProcess, startSkewed } from './support/skewed-processes.ts'

/** Seconds: on a busy machine a look at the clock of PostgreSQL takes long. The clocks differ by more. */
const imprecision = 8

const webAppSecret = basicOf(webApp.client_id, webApp.client_secret)
const apiSecret = basicOf('api', 'a secret of the API, also long enough for anyone')

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

async function post(
  { origin }: SkewedProcess,
  path: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = webAppSecret,
): Promise<Answer> {
  const response = await fetch(`${origin}${path}`, { method: 'POST', headers, body: new URLSearchParams(form) })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

const refresh = (process: SkewedProcess, refreshToken: unknown) =>
  post(process, '/token', { grant_type: 'refresh_token', refresh_token: String(refreshToken) })

const wrongPassword = (process: SkewedProcess) =>
  post(process, '/token', { username: alice.username, password: 'wrong' }, {})

const rightPassword = (process: SkewedProcess, password: string = alice.password) =>
  post(process, '/token', { username: alice.username, password }, {})

/** Keeps the last rotation a moment ago until `work` is done: a busy machine needs longer to start a command than two rotations may be apart. */
async function keepRotationRecent(databaseUrl: string, work: Promise<unknown>): Promise<void> {
  let isDone = false
  void work.finally(() => {
    isDone = true
  })
  while (!isDone) {
    await query(
      databaseUrl,
      `update signing_keys set activated_at = activated_at + passed, retired_at = retired_at + passed
        from (select floor(extract(epoch from now())) - max(activated_at) as passed from signing_keys) as since`,
    )
    await sleep(200)
  }
}

/** How far the time of the last rotation is in the future, by the clock of PostgreSQL. */
async function secondsOfRotationAhead(databaseUrl: string): Promise<number> {
  const [row] = await query(
    databaseUrl,
    'select max(activated_at) - extract(epoch from now()) as ahead from signing_keys',
  )
  return Number(row?.['ahead'])
}

/** The code flow through the processes in turn. */
async function logIn(processes: readonly SkewedProcess[], last: SkewedProcess): Promise<Tokens> {
  const agent = browseInTurn(processes)
  const pkce = newPkce()
  const request = requestOf(webApp, pkce, { scope: 'openid me', max_age: '100' })
  const code = responseOf(await passPages(agent, await agent.open(authorizeUrl(request)))).get('code') ?? ''
  const { status, body } = await post(last, '/token', {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: pkce.verifier,
  })
  assert.equal(status, 200, JSON.stringify(body))
  // A token that is missing fails the test where it is used.
  return body as unknown as Tokens
}

function pairsOf(processes: readonly SkewedProcess[]): readonly (readonly [SkewedProcess, SkewedProcess])[] {
  return processes.flatMap((first) =>
    processes.filter((one) => one !== first).map((second) => [first, second] as const),
  )
}

test('S10 postgres: with clocks up to 100 s apart, logins, tokens and repeated refreshes pass from each process to each other', async (t) => {
  const { processes } = await startSkewed(t, [0, 50, -50])
  for (const [first, second] of pairsOf(processes)) {
    const what = `${first.shift} s, then ${second.shift} s`
    const before = Math.floor(Date.now() / 1000)
    const tokens = await logIn([first, second], second)

    const { iat, exp, auth_time } = decodeJwt<{ iat: number; exp: number; auth_time: number }>(tokens.id_token)
    // The clock of the test is that of PostgreSQL. A process knows it to half of the time that a look at it takes.
    assert.ok(auth_time >= before - imprecision && iat >= auth_time - imprecision, what)
    assert.ok(iat <= Date.now() / 1000 + imprecision, what)
    assert.equal(exp - iat, 3600)
    for (const process of [first, second]) {
      const headers = { authorization: `Bearer ${tokens.access_token}` }
      assert.equal((await fetch(`${process.origin}/users/me`, { headers })).status, 200, what)
      const introspected = await post(process, '/introspect', { token: tokens.access_token }, apiSecret)
      assert.equal(introspected.body['active'], true, what)
    }

    const refreshed = await refresh(first, tokens.refresh_token)
    const repeated = await refresh(second, tokens.refresh_token)
    assert.deepEqual([refreshed.status, repeated.status], [200, 200], what)
    assert.equal(repeated.body['refresh_token'], refreshed.body['refresh_token'])
    assert.equal((await refresh(second, refreshed.body['refresh_token'])).status, 200, what)
  }
})

test('S10 postgres: with clocks up to 100 s apart, a lockout, its end and a key rotation are the same everywhere', async (t) => {
  const { processes, databaseUrl, run } = await startSkewed(t, [50, -50])
  const [ahead, behind] = processes
  assert.ok(ahead && behind)
  for (let attempt = 0; attempt < 5; attempt++) {
    for (const process of processes) assert.equal((await wrongPassword(process)).status, 401)
  }
  // Locked out: the right password gets the same response as a wrong one.
  for (const process of processes) assert.equal((await rightPassword(process)).status, 401)
  assert.equal((await run(-50, ['users', 'unlock', alice.username])).code, 0)
  assert.equal((await rightPassword(ahead)).status, 200)

  // A new password ends what was issued before it, and nothing that is issued after it.
  const former = await rightPassword(behind)
  const renewed = 'a new password of alice'
  assert.equal((await run(50, ['users', 'passwd', alice.username], renewed)).code, 0)
  const later = await rightPassword(behind, renewed)
  for (const { origin } of processes) {
    for (const [issued, status] of [[former, 401] as const, [later, 200] as const]) {
      const headers = { authorization: `Bearer ${issued.body['access_token']}` }
      assert.equal((await fetch(`${origin}/users/me`, { headers })).status, status)
    }
  }

  const rotate = ['keys', 'rotate', '--now', '--algorithm', 'ES256']
  assert.match((await run(50, rotate)).stdout, /^ES256: the next key signs now/)
  assert.ok((await secondsOfRotationAhead(databaseUrl)) < imprecision)
  const second = run(-50, rotate)
  await keepRotationRecent(databaseUrl, second)
  assert.match((await second).stdout, /^ES256: another process has just rotated it/)
})

test('S10 postgres: a clock that is off by more than a minute is reported, with how much, and the process is not ready', async (t) => {
  const { processes } = await startSkewed(t, [90, -10])
  const [far, near] = processes
  assert.ok(far && near)
  await untilNotReady(far.origin, 'clock_differs')
  const ready = await fetch(`${far.origin}/readyz`)
  assert.equal(ready.status, 503)
  assert.equal(ready.headers.get('retry-after'), '5')
  assert.equal((await fetch(`${far.origin}/healthz`)).status, 200)
  await untilReady(near.origin)
  // It is harmless until the balancer takes it out.
  const tokens = await logIn([far, near], far)
  for (const process of [near, far]) assert.equal((await refresh(process, tokens.refresh_token)).status, 200)

  // On a busy machine the first look at the clock may fail. The next one comes in a minute.
  const lead = (process: SkewedProcess, pattern: RegExp) => Number.parseFloat(pattern.exec(process.output())?.[1] ?? '')
  const ahead = () => lead(far, /the clock of this machine is (\S+) s ahead of PostgreSQL's.*not ready/)
  const behind = () =>
    lead(near, /the clock of this machine is (\S+) s behind PostgreSQL's, which Countersign goes by\./)
  await eventually(() => ahead() > 0 && behind() > 0)
  assert.ok(Math.abs(ahead() - 90) < imprecision, far.output())
  assert.ok(Math.abs(behind() - 10) < imprecision, near.output())
})
