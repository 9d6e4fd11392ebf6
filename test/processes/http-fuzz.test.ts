/**
 * A `serve` that gets broken bytes at every route answers each with a rejection or closes the connection, goes on, and all goes as it went
 * before. 500 inputs on each database here, 50,000 under `npm run soak`; the seed is in the title.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { resolveOptions } from '../../packages/server/src/config/resolve-options.ts'
import { routesOf } from '../../packages/server/src/routes.ts'
import { clientSecret } from '../../packages/server/test/support/clients.ts'
import { type DatabaseKind, databaseKinds } from '../../packages/server/test/support/databases.ts'
import { databaseWithUsers } from '../../packages/server/test/support/people.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { onTestsPostgres, type Running, startCommand, temporaryFolder } from '../support/process.ts'
import { type Answer, answersTo, withReasons } from './support/answers.ts'
import { givenState, secretsOf } from './support/given-state.ts'
import { type Chance, chanceOf, mutate, pick } from './support/mutate.ts'
import { normalFlow } from './support/normal-flow.ts'
import { type FuzzedRoute, requestsTo, type ValidRequest } from './support/requests.ts'
import { type Ending, type Received, sendBytes } from './support/send-bytes.ts'

const isSoak = process.env['SOAK'] === 'true'
const seed = Number(process.env['FUZZ_SEED'] ?? (isSoak ? Math.floor(Math.random() * 2 ** 31) : 13))
const inputs = Number(process.env['FUZZ_INPUTS'] ?? (isSoak ? 50_000 : 500))
/** After so many inputs there are new sessions, forms, codes and tokens: broken requests use up or end some. */
const batch = 500
/** Connections at the same time. */
const width = 8
/** Of a machine that is busy with other tests: what takes longer hangs. The soak's own machine has a second. */
const limitMs = isSoak ? Number(process.env['FUZZ_LIMIT_MS'] ?? 1000) : 20_000
const endings: readonly Ending[] = ['end', 'wait', 'wait', 'leave']

async function serve(t: TestContext, kind: DatabaseKind): Promise<Running> {
  return await startCommand(t, ['serve'], {
    ...onTestsPostgres,
    DATA_DIR: temporaryFolder(t),
    DATABASE_URL: await databaseWithUsers(t, kind),
    SECRET_KEY: testSecret,
    PASSWORD_GRANT: 'first-party',
    COUNTERSIGN_CONFIG: fileURLToPath(new URL('./support/fuzzed.config.ts', import.meta.url)),
  })
}

const timeout = isSoak ? 4 * 3600 * 1000 : 300_000

for (const kind of databaseKinds) {
  test(`Q20 ${inputs} broken requests of seed ${seed} are rejected on ${kind}, and all others answered as before`, {
    timeout,
  }, async (t) => {
    const { origin, child, stop } = await serve(t, kind)
    const port = Number(new URL(origin).port)
    const chance = chanceOf(seed)
    const before = await normalFlow(origin)
    const counted = new Counts()
    const secrets = new Set([clientSecret])
    const answers: Answer[] = []
    const expected: string[] = []

    async function validRequests(): Promise<readonly ValidRequest[]> {
      const given = await givenState(origin)
      for (const secret of secretsOf(given)) secrets.add(secret)
      return requestsTo(routes, given)
    }

    /** What the requests get when nothing is changed in them: otherwise no change of them would get far. */
    async function checkAnswers(): Promise<void> {
      const requests = await validRequests()
      answers.push(...(await answersTo(requests, port, limitMs)))
      expected.push(...requests.map(({ name, answer }) => `${name}: ${answer}`))
    }

    await checkAnswers()
    for (let sent = 0; sent < inputs; sent += batch) {
      await sendBroken(port, await validRequests(), chance, counted)
      assert.equal(child.exitCode, null)
      assert.deepEqual(await normalFlow(origin), before)
      if (isSoak && (sent + batch) % 5000 === 0)
        process.stdout.write(`${kind}: ${sent + batch} of ${inputs} inputs, slowest ${counted.slowest.toFixed()} ms\n`)
    }
    if (isSoak) await checkAnswers()
    t.diagnostic(`${counted}`)
    const { code, stdout, stderr } = await stop()
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.doesNotMatch(stdout, /"level":"(error|fatal)"|"level":[56]0|unhandled|uncaught/i)
    assert.deepEqual(withReasons(answers, stdout), expected)
    for (const secret of secrets) assert.ok(!stdout.includes(secret), secret)
  })
}

async function sendBroken(
  port: number,
  requests: readonly ValidRequest[],
  chance: Chance,
  counted: Counts,
): Promise<void> {
  const texts = requests.map(({ bytes }) => bytes)
  const broken = Array.from({ length: batch }, () => ({ text: mutate(texts, chance), ending: pick(endings, chance) }))
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let next = broken.pop(); next; next = broken.pop()) {
        const received = await sendBytes(port, next.text, next.ending, limitMs)
        counted.add(received)
        const shown = `${JSON.stringify(next.text.slice(0, 3000))}\n${received.text.slice(0, 2000)}`
        assert.equal(problemOf(received), undefined, shown)
      }
    }),
  )
}

/** How many responses had each status. */
class Counts {
  slowest = 0
  readonly #statuses = new Map<string, number>()

  add({ text, tookMs }: Received): void {
    this.slowest = Math.max(this.slowest, tookMs)
    for (const status of statusesIn(text)) this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1)
  }

  toString(): string {
    const counts = [...this.#statuses].toSorted().map(([status, count]) => `${status}: ${count}`)
    return `slowest ${this.slowest.toFixed()} ms; ${counts.join(', ')}`
  }
}

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
