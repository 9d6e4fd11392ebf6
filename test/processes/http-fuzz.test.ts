/**
 * A `serve` that gets broken bytes at every route answers each with a rejection or closes the connection, goes on, and a login goes as it went
 * before. 1,000 inputs here, 100,000 under `npm run soak`; the seed is in the title.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { resolveOptions } from '../../packages/server/src/config/resolve-options.ts'
import { routesOf } from '../../packages/server/src/routes.ts'
import { clientSecret } from '../../packages/server/test/support/clients.ts'
import { databaseWithUsers } from '../../packages/server/test/support/people.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { onTestsPostgres, type Running, startCommand, temporaryFolder } from '../support/process.ts'
import { chanceOf, mutate, pick } from './support/mutate.ts'
import { givenTokens, normalFlow } from './support/normal-flow.ts'
import { type FuzzedRoute, requestsTo } from './support/requests.ts'
import { type Ending, type Received, sendBytes } from './support/send-bytes.ts'

const isSoak = process.env['SOAK'] === 'true'
const seed = Number(process.env['FUZZ_SEED'] ?? (isSoak ? Math.floor(Math.random() * 2 ** 31) : 13))
const inputs = isSoak ? 100_000 : 1000
const batch = 500
/** Connections at the same time. */
const width = 8
/** Of a machine that is busy with other tests: what takes longer hangs. The soak's own machine has a second. */
const limitMs = isSoak ? Number(process.env['FUZZ_LIMIT_MS'] ?? 1000) : 20_000
const endings: readonly Ending[] = ['end', 'end', 'wait', 'leave']

async function serve(t: TestContext): Promise<Running> {
  return await startCommand(t, ['serve'], {
    ...onTestsPostgres,
    DATA_DIR: temporaryFolder(t),
    DATABASE_URL: await databaseWithUsers(t, 'sqlite'),
    SECRET_KEY: testSecret,
    PASSWORD_GRANT: 'first-party',
    COUNTERSIGN_CONFIG: fileURLToPath(new URL('./support/fuzzed.config.ts', import.meta.url)),
  })
}

const timeout = isSoak ? 4 * 3600 * 1000 : 300_000

test(`Q20 ${inputs} broken requests of seed ${seed} are rejected, and a login goes as before`, {
  timeout,
}, async (t) => {
  const { origin, child, stop } = await serve(t)
  const port = Number(new URL(origin).port)
  const before = await normalFlow(origin)
  const carried = await givenTokens(origin)
  const requests = requestsTo(routes, carried)
  const chance = chanceOf(seed)
  const statuses = new Map<string, number>()
  let slowest = 0

  for (let sent = 0; sent < inputs; sent += batch) {
    const bytes = Array.from({ length: batch }, () => ({
      text: mutate(requests, chance),
      ending: pick(endings, chance),
    }))
    const check = (text: string, received: Received) => {
      slowest = Math.max(slowest, received.tookMs)
      for (const status of statusesIn(received.text)) statuses.set(status, (statuses.get(status) ?? 0) + 1)
      assert.equal(
        problemOf(received),
        undefined,
        `${JSON.stringify(text.slice(0, 3000))}\n${received.text.slice(0, 2000)}`,
      )
    }
    await Promise.all(
      Array.from({ length: width }, async () => {
        for (let next = bytes.pop(); next; next = bytes.pop()) {
          check(next.text, await sendBytes(port, next.text, next.ending, limitMs))
        }
      }),
    )
    assert.equal(child.exitCode, null)
    assert.deepEqual(await normalFlow(origin), before)
    if (isSoak && (sent + batch) % 5000 === 0)
      process.stdout.write(`${sent + batch} of ${inputs} inputs, slowest ${slowest.toFixed()} ms\n`)
  }
  const counts = [...statuses].toSorted().map(([status, count]) => `${status}: ${count}`)
  t.diagnostic(`slowest ${slowest.toFixed()} ms; ${counts.join(', ')}`)
  const { code, stdout, stderr } = await stop()
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  assert.doesNotMatch(stdout, /"level":"(error|fatal)"|"level":[56]0|unhandled|uncaught/i)
  const { accessToken, refreshToken, idToken, cookie } = carried
  for (const secret of [accessToken, refreshToken, idToken, cookie, clientSecret]) assert.ok(!stdout.includes(secret))
})

/** Of a production server, and one path that it has not. */
const routes: readonly FuzzedRoute[] = [
  ...routesOf(resolveOptions({ secretKey: testSecret, issuer: 'http://127.0.0.1:8000' })),
  { method: 'GET', path: '/nowhere' },
]

const statusesIn = (text: string): readonly string[] =>
  [...text.matchAll(/(?:^|\n)HTTP\/1\.1 (\d{3}) /g)].map(([, status = '']) => status)

/** 503 says that the server is busy, and when to come again; no other fault of the server is an answer to a fault of the client. */
function problemOf({ text, isHung }: Received): string | undefined {
  if (isHung) return 'neither answered nor closed'
  const fault = statusesIn(text).find((status) => status >= '500')
  if (fault === undefined || (fault === '503' && /\r\nretry-after: /i.test(text))) return undefined
  return `answered with ${fault}`
}
