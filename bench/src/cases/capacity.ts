/** Processor time of each operation, on each database, beside what the model of `npm run capacity` takes it for. */
import { costs, hashMicroseconds } from '../../../scripts/capacity/measured.ts'
import type { Operation as Name } from '../../../scripts/capacity/rates.ts'
import { authorizeBy } from '../browser.ts'
import { authorizationRequest, exchangeOf } from '../code-flow.ts'
import { type DatabaseName, databaseNames, type OnDatabase, onDatabase } from '../databases.ts'
import type { Case, Finding } from '../findings.ts'
import { addClients, type FlowServer, flowServer } from '../flow-servers.ts'
import { get, getWith, post, putLoad, type Work } from '../load.ts'
import { childrenTime, startServing, threadTimes } from '../processes.ts'
import { logIn, login } from '../server-process.ts'
import { requestToken } from '../token-request.ts'
import { refreshes } from './refresh.ts'

const connections = 32
/** Of those that are not the load generator's. */
const clients = 8
const rounds = 4
/** Microseconds of the server's processor time. */
const warmUp = 800_000
const round = 250_000
/** The same for what takes a login each time. */
const shortWarmUp = 100_000
const shortRound = 50_000

/** Does the operation many times. Resolves with how often. */
type Run = () => Promise<number>

interface Operation {
  readonly name: Name
  readonly isShort?: true
  /** Resolves with what makes a round ready. */
  readonly prepare: (server: FlowServer, migrating: string) => Promise<() => Promise<Run>>
}

const turns = 60

const operations: readonly Operation[] = [
  {
    name: 'usersMe',
    prepare: async (server) => load(server, work(get('/users/me', await logIn(server.url)))),
  },
  { name: 'introspection', prepare: async (server) => load(server, await introspections(server)) },
  { name: 'feed', prepare: async (server) => load(server, work(get('/revocations'))) },
  { name: 'serviceToken', prepare: async (server) => load(server, work(serviceToken(server))) },
  { name: 'refresh', prepare: async (server) => load(server, await refreshes(server, connections)) },
  { name: 'signOn', prepare: async (server) => load(server, await signOns(server)) },
  { name: 'login', prepare: async (server) => repeat(turns, () => newGrant(server, '')) },
  {
    name: 'passwordLogin',
    prepare: async (server, migrating) => {
      const form = { grant_type: 'password', ...login }
      return repeat(turns, () => send(server, '/token', { form, headers: { authorization: migrating } }))
    },
  },
  {
    name: 'wrongPassword',
    prepare: async (server) => {
      let count = 0
      return repeat(turns, () => {
        count++
        // Each from another address, since one may have only so many.
        const headers = { 'x-forwarded-for': `10.${count >> 16}.${(count >> 8) & 255}.${count & 255}` }
        return send(server, '/token', { form: { username: `nobody ${count}`, password: 'wrong' }, headers }, 401)
      })
    },
  },
  {
    name: 'revoke',
    prepare: async (server) => {
      const { cookie } = await authorizeBy(server, authorizationRequest(server), '')
      const headers = { authorization: server.authorization['web-app'] }
      return onEach(
        async () => (await newGrant(server, cookie)).token,
        (token) => send(server, '/revoke', { form: { token }, headers }),
      )
    },
  },
  {
    name: 'logout',
    isShort: true,
    prepare: async (server) =>
      onEach(
        async () => (await newGrant(server, '')).cookie,
        async (cookie) => {
          const page = await send(server, '/logout', { headers: { cookie } })
          const hidden = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)]
          const form = Object.fromEntries(hidden.map(([, name, value]) => [name, value]))
          const headers = { cookie, 'sec-fetch-site': 'same-origin' }
          await send(server, '/logout/confirm', { form: { ...form, decision: 'logout' }, headers })
        },
      ),
  },
]

export const capacity: Case = async (tell) => {
  const findings: Finding[] = []
  for (const name of databaseNames) {
    findings.push(...(await onDatabase(name, (deployed) => measureDatabase(name, deployed, tell))))
  }
  return findings
}

async function measureDatabase(
  name: DatabaseName,
  { deployment, databasePid }: OnDatabase,
  tell: Parameters<Case>[0],
): Promise<readonly Finding[]> {
  const secrets = await addClients(deployment)
  const flags = ['--grant-type', 'password', '--grant-type', 'refresh_token', '--scope', 'me items']
  const added = await deployment.run('clients', 'add', 'migrating', ...flags)
  const secret = /^client_secret +(\S+)$/m.exec(added)?.[1] ?? ''
  const migrating = `Basic ${Buffer.from(`migrating:${secret}`).toString('base64')}`
  const { launch } = deployment
  const environment = { ...launch.environment, TRUSTED_PROXIES: '127.0.0.1' }
  const server = flowServer(await startServing({ ...launch, environment }), secrets)
  try {
    const findings: Finding[] = []
    for (const { name: operation, prepare, isShort } of operations) {
      const ready = await prepare(server, migrating)
      // The first requests run in the interpreter; nobody waits for them in production.
      await spentOn(ready, isShort ? shortWarmUp : warmUp, server.pid, databasePid)
      const measured: Spent[] = []
      for (let count = 0; count < rounds; count++) {
        measured.push(await spentOn(ready, isShort ? shortRound : round, server.pid, databasePid))
      }
      // Other programs on the machine only add: their share of the caches, and of what the kernel does in our name.
      const least = (of: (spent: Spent) => number) => Math.min(...measured.map(of))
      const { hashes, sqlite, postgres, database } = costs[operation]
      const found = [
        finding(
          `${name}, ${operation}`,
          least(({ own }) => own),
          name === 'SQLite' ? sqlite : postgres,
        ),
        ...(databasePid === undefined
          ? []
          : [
              finding(
                `${operation}, PostgreSQL itself`,
                least((spent) => spent.database),
                database,
              ),
            ]),
        ...(hashes === 0
          ? []
          : [
              finding(
                `${operation}, the hash`,
                least(({ hash }) => hash),
                hashMicroseconds,
              ),
            ]),
      ]
      for (const { what, figure } of found) tell(`${what}: ${figure}`)
      findings.push(...found)
    }
    return findings
  } finally {
    await server.stop()
  }
}

/** Microseconds of processor time for each operation. */
interface Spent {
  readonly own: number
  readonly hash: number
  readonly database: number
}

/** Does rounds of the operation until the server has taken so much processor time. */
async function spentOn(
  ready: () => Promise<Run>,
  budget: number,
  pid: number,
  databasePid: number | undefined,
): Promise<Spent> {
  let count = 0
  const sum = { own: 0, hash: 0, database: 0 }
  while (sum.own < budget) {
    const run = await ready()
    const before = spentSoFar(pid, databasePid)
    count += await run()
    const after = spentSoFar(pid, databasePid)
    for (const side of ['own', 'hash', 'database'] as const) sum[side] += after[side] - before[side]
  }
  return { own: sum.own / count, hash: sum.hash / count, database: sum.database / count }
}

function spentSoFar(pid: number, databasePid: number | undefined): Spent {
  const { workers, others } = threadTimes(pid)
  return { own: others, hash: workers, database: databasePid === undefined ? 0 : childrenTime(databasePid) }
}

function finding(what: string, measured: number, model: number): Finding {
  return { what, figure: `${measured.toFixed(0)} µs, the model has ${model}`, ratio: measured / model }
}

function work(request: string): Work {
  return { connections, turns: [[{ request }]] }
}

function load(server: FlowServer, first: Work): () => Promise<Run> {
  let next = first
  return async () => async () => {
    const outcome = await putLoad({ ...next, url: server.url, seconds: 2 })
    next = { ...first, values: outcome.values }
    return outcome.turns
  }
}

function repeat(count: number, once: () => Promise<unknown>): () => Promise<Run> {
  return async () => async () => {
    let begun = 0
    const client = async () => {
      while (begun++ < count) await once()
    }
    await Promise.all(Array.from({ length: clients }, client))
    return count
  }
}

/** Makes as many things as are needed before each round, and measures what is done with them. */
function onEach<Thing>(make: () => Promise<Thing>, use: (thing: Thing) => Promise<unknown>): () => Promise<Run> {
  return async () => {
    const things: Thing[] = []
    await (await repeat(turns, async () => things.push(await make()))())()
    return await repeat(turns, async () => {
      const thing = things.pop()
      if (thing !== undefined) await use(thing)
    })()
  }
}

/** With a cookie of a session by that, otherwise with the password. */
async function newGrant(
  server: FlowServer,
  known: string,
): Promise<{ readonly cookie: string; readonly token: string }> {
  const { cookie, code } = await authorizeBy(server, authorizationRequest(server), known)
  return { cookie, token: await requestToken(server, 'web-app', exchangeOf(code), 'refresh_token') }
}

interface Sent {
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

async function send({ url }: FlowServer, path: string, { form, headers = {} }: Sent, expected = 200): Promise<string> {
  const body = form && { method: 'POST', body: new URLSearchParams(form) }
  const response = await fetch(new URL(path, url), { headers, ...body })
  const text = await response.text()
  if (response.status !== expected) throw new Error(`${path} was answered ${response.status}: ${text}`)
  return text
}

function serviceToken({ endpoints, authorization }: FlowServer): string {
  return post(endpoints.token, { grant_type: 'client_credentials', scope: 'items' }, authorization.service)
}

async function introspections(server: FlowServer): Promise<Work> {
  const turns = []
  for (let count = 0; count < 200; count++) {
    const form = { grant_type: 'client_credentials', scope: 'items' }
    const token = await requestToken(server, 'service', form, 'access_token')
    const request = post(server.endpoints.introspect, { token }, server.authorization.api)
    turns.push([{ request, contains: '"active":true' }])
  }
  return { connections, turns }
}

async function signOns(server: FlowServer): Promise<Work> {
  const path = authorizationRequest(server)
  const { cookie } = await authorizeBy(server, path, '')
  const authorize = { request: getWith(path, { cookie }), status: 303, learns: { code: '[?&]code=([^&\\s]+)' } }
  const request = post(server.endpoints.token, exchangeOf('{code}'), server.authorization['web-app'])
  return { connections, turns: [[authorize, { request, contains: '"id_token":"eyJ' }]] }
}
