/** `countersign keys` that is killed at any point of what it does, beside a server: 4 times here, 100 times on each database under `npm run soak`. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { decodeProtectedHeader } from 'jose'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { databaseKinds, migratedDatabaseOnDisk } from '../../packages/server/test/support/databases.ts'
import { databaseWithUsers, tim } from '../../packages/server/test/support/people.ts'
import { query } from '../../packages/server/test/support/rows.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import {
  command,
  type Environment,
  onTestsPostgres,
  runCommand,
  startCommand,
  temporaryFolder,
} from '../support/process.ts'

const isSoak = process.env['SOAK'] === 'true'
const kills = isSoak ? 100 : 4
const timeout = isSoak ? 3_600_000 : 300_000

interface Key {
  readonly kid: string
  readonly state: 'active' | 'next' | 'retired' | 'revoked'
}

interface Listed extends Key {
  readonly alg: string
}

for (const kind of databaseKinds) {
  test(`R18 ${kind}: of rotations and revocations of keys that are killed ${kills} times, each is done or not begun, and the next one works`, {
    timeout,
  }, async (t) => {
    const databaseUrl = await databaseWithUsers(t, kind, migratedDatabaseOnDisk)
    const settings = {
      ...onTestsPostgres,
      DATA_DIR: temporaryFolder(t),
      DATABASE_URL: databaseUrl,
      SECRET_KEY: testSecret,
      // What the commands and the server share.
      ISSUER: 'http://127.0.0.1:8000',
      PASSWORD_GRANT: 'first-party',
      COUNTERSIGN_CONFIG: fileURLToPath(new URL('./support/failover.config.ts', import.meta.url)),
    }
    const { origin } = await startCommand(t, ['serve'], settings)
    const keys = async (): Promise<readonly Key[]> => {
      const all: readonly Listed[] = JSON.parse((await runCommand(['keys', 'list', '--json'], settings)).stdout)
      return all.filter(({ alg }) => alg === 'ES256').map(({ kid, state }) => ({ kid, state }))
    }
    const only = (all: readonly Key[], state: Key['state']): string => {
      const [key, ...others] = all.filter((one) => one.state === state)
      assert.deepEqual(others, [], state)
      return key?.kid ?? ''
    }
    const verifies = async (token: string) =>
      (await fetch(`${origin}/users/me`, { headers: { authorization: `Bearer ${token}` } })).status === 200

    await age(databaseUrl)
    const before = performance.now()
    assert.equal((await runCommand(rotation, settings)).code, 0)
    const wholeMs = performance.now() - before
    let now = await keys()
    const outcomes = { whole: 0, none: 0 }
    for (let kill = 0; kill < kills; kill++) {
      await age(databaseUrl)
      const former = now
      const signer = only(former, 'active')
      const token = await issue(origin)
      const isRevocation = kill % 2 === 1
      const args = isRevocation ? ['keys', 'revoke', signer, '--reason', 'a test'] : rotation
      // For the first half of its time, the command only starts.
      await killCommand(args, settings, wholeMs * (0.5 + Math.random() * 0.6))

      now = await keys()
      const isDone = only(now, 'active') !== signer
      outcomes[isDone ? 'whole' : 'none']++
      if (isDone) assert.equal(only(now, 'active'), only(former, 'next'))
      else assert.deepEqual(now, former)
      assert.notEqual(only(now, 'next'), '')
      assert.equal(now.find(({ kid }) => kid === signer)?.state, doneState(isDone, isRevocation))
      // Within a second after a revocation, and always after a rotation.
      if (isDone && isRevocation) await eventually(async () => !(await verifies(token)))
      else assert.ok(await verifies(token))
      await eventually(async () => decodeProtectedHeader(await issue(origin)).kid === only(now, 'active'))
      assert.ok(await verifies(await issue(origin)))
    }
    t.diagnostic(`${outcomes.whole} were done, ${outcomes.none} were not begun`)

    await age(databaseUrl)
    assert.equal((await runCommand(rotation, settings)).code, 0)
    assert.equal(only(await keys(), 'active'), only(now, 'next'))
  })
}

const rotation = ['keys', 'rotate', '--algorithm', 'ES256']

function doneState(isDone: boolean, isRevocation: boolean): Key['state'] {
  if (!isDone) return 'active'
  return isRevocation ? 'revoked' : 'retired'
}

/** Makes the keys older, so that the next key may sign, and a rotation is not taken for a repetition of the one before. */
async function age(databaseUrl: string): Promise<void> {
  await query(
    databaseUrl,
    'update signing_keys set created_at = created_at - 600, activated_at = activated_at - 600, retired_at = retired_at - 600',
  )
}

async function issue(origin: string): Promise<string> {
  const body = new URLSearchParams({ ...tim, grant_type: 'password', client_id: 'own', scope: 'me' })
  const response = await fetch(`${origin}/token`, { method: 'POST', body })
  assert.equal(response.status, 200)
  return JSON.parse(await response.text()).access_token
}

async function killCommand(args: readonly string[], settings: Environment, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [...command, ...args], {
    env: { PATH: process.env['PATH'], ...settings },
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  await sleep(afterMs)
  child.kill('SIGKILL')
  await ended
}
