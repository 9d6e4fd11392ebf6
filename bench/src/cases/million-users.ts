/** What a login does around the hash, with 1,000,000 users beside 1,000: every step of it must find its row by a key. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server } from '../../../packages/server/src/server.ts'
import { atMost, type Case } from '../findings.ts'
import { alternate, beside, median } from '../rounds.ts'

const rounds = 9
const loginsPerRound = 500
const batch = 500

export const millionUsers: Case = async (tell) => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  const few = await serverWith(1000, folder, tell)
  const many = await serverWith(1_000_000, folder, tell)
  try {
    const pairs = await alternate(
      rounds,
      () => timeOfLogin(few, 1000),
      () => timeOfLogin(many, 1_000_000),
    )

    const ratio = median(pairs.map(({ subject, peer }) => subject / peer))
    return [
      {
        what: 'a login without its hash, 1,000,000 users beside 1,000',
        figure: `${beside(pairs, (elapsed) => elapsed, 0)} µs`,
        ratio,
        goal: atMost(ratio, 1.2),
      },
    ]
  } finally {
    await few.close()
    await many.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Users in no order, as random ids and names of people are. */
async function serverWith(count: number, folder: string, tell: (progress: string) => void): Promise<Server> {
  const options = { databaseUrl: `sqlite:${join(folder, `${count}.db`)}`, secretKey: crypto.randomUUID() }
  const server = await createServer(options, { migrate: true })
  for (let first = 0; first < count; first += batch) {
    await server.context.store.users.insert(Array.from({ length: batch }, (_, index) => userNumber(first + index)))
    if ((first + batch) % 250_000 === 0) tell(`${first + batch} users added`)
  }
  return server
}

function userNumber(number: number) {
  const username = nameOf(number)
  return {
    subject: { id: crypto.randomUUID(), isDisabled: false, tokensValidFrom: 0, version: 1, createdAt: 0 },
    profile: {
      username,
      email: `${username}@example.com`,
      isEmailVerified: false,
      fullName: null,
      claims: {},
      updatedAt: 0,
    },
    credentials: {
      passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IG9mIDE2$c29tZSB0YWcgb2YgMzIgYnl0ZXMsIG9yIHNvLi4uLi4',
      isDemo: false,
    },
  }
}

/** Knuth's multiplicative hash: each number its own name, neighbours far apart. */
function nameOf(number: number): string {
  return `user-${(Math.imul(number, 2_654_435_761) >>> 0).toString(36)}`
}

/** Microseconds of the steps of a login around its hash: both budgets, the user, both budgets given back. */
async function timeOfLogin({ context: { store } }: Server, users: number): Promise<number> {
  const startedAt = performance.now()
  for (let login = 0; login < loginsPerRound; login++) {
    const name = nameOf(Math.floor(Math.random() * users))
    const now = Math.floor(Date.now() / 1000)
    await store.throttle.consume(name, 10, 900, now)
    await store.throttle.consume('address', 300, 900, now)
    if (!(await store.users.findForLogin({ usernameKey: name, emailKey: null })))
      throw new Error(`${name} was not found`)
    await store.throttle.clear(name)
    await store.throttle.refund('address')
  }
  return ((performance.now() - startedAt) * 1000) / loginsPerRound
}
