/** Keys rotate while several processes serve: every token is accepted everywhere, at once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard } from '@countersign/guard'
import { decodeProtectedHeader } from 'jose'
import { resolveOptions } from '../../packages/server/src/config/resolve-options.ts'
import { systemClock, systemRandom } from '../../packages/server/src/environment.ts'
import { rotateSigningKeys } from '../../packages/server/src/keys/rotate-signing-keys.ts'
import { stateOf } from '../../packages/server/src/keys/stored-key.ts'
import { openStore } from '../../packages/server/src/store/open.ts'
import { tim } from '../../packages/server/test/support/people.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { issuer, type SkewedProcess, startSkewed } from './support/skewed-processes.ts'

async function issue({ origin }: SkewedProcess): Promise<string> {
  const response = await fetch(`${origin}/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...tim, scope: 'me' }),
  })
  return JSON.parse(await response.text()).access_token
}

test('R18, S5, S9 postgres: rotations within a second under load, at three processes with clocks 60 s apart, fail no verification', async (t) => {
  const { processes, databaseUrl, run } = await startSkewed(t, [0, 30, -30])
  const store = await openStore({ url: databaseUrl, migrate: false })
  t.after(() => store.close())
  const config = resolveOptions({ issuer, secretKey: testSecret, databaseUrl })
  /** Seconds that the operator and the API let pass without waiting: a second rotation needs 35. */
  let passed = 0
  let requests = 0
  /** An API that reaches the processes through a proxy, and has fetched the keys before the rotations. */
  const api = createGuard({
    issuer,
    audience: issuer,
    now: () => systemClock() + passed,
    fetch: (input) => fetch(String(input).replace(issuer, processes[requests++ % processes.length]?.origin ?? '')),
  })

  /** Returns the id of the key that signs. */
  async function serve(process: SkewedProcess): Promise<string | undefined> {
    const token = await issue(process)
    const headers = { authorization: `Bearer ${token}` }
    assert.equal((await api.check(new Request(issuer, { headers }))).subject, 'tim')
    for (const { origin } of processes) assert.equal((await fetch(`${origin}/users/me`, { headers })).status, 200)
    return decodeProtectedHeader(token).kid
  }

  /** Two processes rotate at once. */
  async function rotateTwice(): Promise<void> {
    const now = () => store.clock.now() + passed
    const context = { config, store, random: systemRandom, now }
    const rotation = () => rotateSigningKeys(context, { algorithms: ['ES256'], isUrgent: true })
    const outcomes = (await Promise.all([rotation(), rotation()])).flat().map(({ outcome }) => outcome)
    // The other one finds that it was done, or a next key that is too young.
    assert.equal(outcomes.filter((outcome) => outcome === 'rotated').length, 1)
  }

  for (const process of processes) await serve(process)
  let newest: string | undefined
  const load = Promise.all(
    processes.map(async (process) => {
      let signer: string | undefined
      while (signer === undefined || signer !== newest) signer = await serve(process)
    }),
  )
  for (let rotation = 0; rotation < 5; rotation++) {
    await rotateTwice()
    passed += 60
  }
  const command = await run(30, ['keys', 'rotate', '--now', '--algorithm', 'ES256'])
  assert.match(command.stdout, /^ES256: another process has just rotated it|^ES256: not rotated/m)
  const keys = (await store.signingKeys.list()).filter(({ algorithm }) => algorithm === 'ES256')
  assert.equal(keys.length, 7)
  newest = keys.find((key) => stateOf(key) === 'active')?.keyId
  await load
})
