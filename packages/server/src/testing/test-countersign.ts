/** The test kit: a real Countersign on a database in memory. */
import type { Config, Options } from '../config/options.ts'
import { resolveOptions } from '../config/resolve-options.ts'
import type { CountersignEvent } from '../domain/event.ts'
import { type Log, systemRandom } from '../environment.ts'
import { type Countersign, handleOf } from '../handle/countersign.ts'
import type { Fetch } from '../http/web.ts'
import { sealPrivateKey } from '../keys/stored-key.ts'
import { type Environment, type Server, startOn } from '../server.ts'
import { openStore, type Store } from '../store/open.ts'
import type { StoredKey } from '../store/signing-keys.ts'
import { type LoginOptions, type LoginTokens, logIn } from './log-in.ts'
import { type MintOptions, mint } from './mint.ts'
import { createTestClock, type TestClock } from './test-clock.ts'
import { testKeys } from './test-keys.ts'
import { defaultPassword, insertTestUsers, type TestUser } from './test-users.ts'

/** The options of `createCountersign`, all optional, and users. */
export interface TestOptions extends Partial<Options> {
  /** @default none */
  readonly users?: readonly TestUser[]
  /** @default silent */
  readonly log?: Log
}

export interface TestCountersign extends Countersign {
  /**
   * The `fetch` of a browser or an application: `createGuard({ ..., fetch: issuer.fetch })`. Requests to the issuer's origin are served
   * in memory, all others go to the network.
   */
  readonly fetch: typeof globalThis.fetch & Fetch
  readonly clock: TestClock
  /** An access token without a login. */
  readonly mint: (options?: MintOptions) => Promise<string>
  /** Logs a user in at a client of the options, through the real pages. @throws LoginFailedError */
  readonly logIn: (clientId: string, username: string, options?: LoginOptions) => Promise<LoginTokens>
  /** What happened until now, oldest first. */
  readonly events: readonly CountersignEvent[]
}

const secretKey = 'the secret key of the test kit, which everybody knows'
const silent: Log = { info: () => {}, warn: () => {}, error: () => {} }

/**
 * Starts a Countersign for tests, in a few milliseconds. Close it after the test.
 * @throws OptionsError, UserError with a message that names the fix
 */
export async function createTestCountersign(options: TestOptions = {}): Promise<TestCountersign> {
  const { users = [], log = silent, onEvent, ...rest } = options
  const events: CountersignEvent[] = []
  const config = resolveOptions({
    secretKey,
    databaseUrl: 'sqlite::memory:',
    ...rest,
    onEvent: (event) => {
      events.push(event)
      return onEvent?.(event)
    },
  })
  const clock = createTestClock()
  const store = await openStore({ url: config.databaseUrl, migrate: true })
  const server = await startWithKeys(config, store, { now: clock.now, log })
  try {
    await insertTestUsers(server.context, users)
  } catch (error) {
    await server.close()
    throw error
  }
  return kitOf(server, { users, events, clock, declarations: options.clients ?? [] })
}

async function startWithKeys(config: Config, store: Store, environment: Required<Pick<Environment, 'now' | 'log'>>) {
  try {
    await insertKeys(store, config.secretKey, environment.now())
  } catch (error) {
    await store.close()
    throw error
  }
  return await startOn(config, store, environment)
}

interface Kit extends Pick<TestCountersign, 'events' | 'clock'> {
  readonly users: readonly TestUser[]
  readonly declarations: NonNullable<Options['clients']>
}

function kitOf(server: Server, { users, events, clock, declarations }: Kit): TestCountersign {
  const { context } = server
  const { issuer, scopes } = context.config
  const countersign = handleOf(server)
  return {
    ...countersign,
    fetch: fetchFrom(countersign),
    clock,
    events,
    mint: ({ sub, scope, audience, clientId } = {}) =>
      mint(context, {
        sub: sub ?? users[0]?.id ?? users[0]?.username ?? 'user',
        scope: scope ?? Object.keys(scopes).join(' '),
        audience: audience ?? issuer,
        clientId: clientId ?? declarations[0]?.client_id ?? 'client',
      }),
    logIn: async (clientId, username, { scope, redirectUri, resource, password } = {}) => {
      const client = context.config.clients.get(clientId)?.client
      if (!client) throw new TypeError(`the options of the kit declare no client ${JSON.stringify(clientId)}`)
      const declared = declarations.find((declaration) => declaration.client_id === clientId)
      return await logIn(countersign.fetch, context.random, {
        issuer: issuer.replace(/\/$/, ''),
        client,
        clientSecret: declared?.client_secret ?? declared?.client_secrets?.[0],
        username,
        password: password ?? users.find((user) => user.username === username)?.password ?? defaultPassword,
        scope: scope ?? client.scopes.join(' '),
        redirectUri: redirectUri ?? client.redirectUris[0] ?? '',
        resource,
      })
    },
  }
}

/** What is not Countersign's, such as the paths of the tested program on the same origin, is fetched as usual. */
function fetchFrom({ issuer, owns, fetch }: Countersign): TestCountersign['fetch'] {
  const { origin } = new URL(issuer)
  return async (input: string | URL | Request, init?: object) => {
    const request = input instanceof Request && init === undefined ? input : new Request(input, init)
    const { origin: target, pathname } = new URL(request.url)
    if (target !== origin || !(owns(pathname) || pathname === '/')) return await globalThis.fetch(request)
    return await fetch(request, { address: '127.0.0.1', ...init })
  }
}

async function insertKeys(store: Store, sealedUnder: string, now: number): Promise<void> {
  const createdAt = Math.floor(now)
  const keys = testKeys.map(({ algorithm, state, keyId, publicKey, privateKey }): StoredKey => {
    const pem = `-----BEGIN PRIVATE KEY-----\n${privateKey}\n-----END PRIVATE KEY-----\n`
    return {
      keyId,
      algorithm,
      publicJwk: JSON.stringify({ ...publicKey, kid: keyId, alg: algorithm, use: 'sig' }),
      sealedPrivateKey: sealPrivateKey(keyId, pem, sealedUnder, systemRandom),
      createdAt,
      activatedAt: state === 'active' ? createdAt : null,
      retiredAt: null,
      expiresAt: null,
    }
  })
  await store.signingKeys.insertMissing(keys)
}
