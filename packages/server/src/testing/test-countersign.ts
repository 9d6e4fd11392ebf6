/** The test kit: a real Countersign on a database in memory. */
import { findClient } from '../clients/find-client.ts'
import type { Config, Options } from '../config/options.ts'
import { resolveOptions } from '../config/resolve-options.ts'
import { demoLogins } from '../demo/users.ts'
import { type Client, isPublic } from '../domain/client.ts'
import type { CountersignEvent, EventListener } from '../domain/event.ts'
import { failOperation } from '../domain/operation-error.ts'
import { type Log, type PostForm, systemRandom } from '../environment.ts'
import { type Countersign, handleOf } from '../handle/countersign.ts'
import { requireOptions } from '../handle/require-options.ts'
import type { Fetch } from '../http/web.ts'
import { sealPrivateKey } from '../keys/stored-key.ts'
import { type Environment, type Server, startOn } from '../server.ts'
import { openStore, type Store } from '../store/open.ts'
import type { NewKey } from '../store/signing-keys.ts'
import { inMemoryUrl } from '../store/sqlite-memory.ts'
import { type LoginOptions, type LoginTokens, logIn } from './log-in.ts'
import { type MintOptions, mint } from './mint.ts'
import { createTestClock, type TestClock } from './test-clock.ts'
import { testKeys } from './test-keys.ts'
import { requireTestOptions, type TestOptions } from './test-options.ts'
import { defaultPassword, insertTestUsers, type TestUser } from './test-users.ts'

export interface TestCountersign extends Countersign {
  /**
   * The `fetch` of a browser or an application: `createGuard({ ..., fetch: issuer.fetch })`. Requests to the issuer's origin are served
   * in memory, all others go to the network.
   */
  readonly fetch: typeof globalThis.fetch & Fetch
  readonly clock: TestClock
  /**
   * An access token without a login. When the user and the client exist, it has the claims of the option `claims`.
   * @throws OperationError `invalid`
   */
  readonly mint: (options?: MintOptions) => Promise<string>
  /** Logs a user in at a client, through the real pages. @throws LoginFailedError; OperationError `invalid` */
  readonly logIn: (clientId: string, username: string, options?: LoginOptions) => Promise<LoginTokens>
  /** What happened until now, oldest first. */
  readonly events: readonly CountersignEvent[]
  /** What clients with a `backchannel_logout_uri` were sent until now, oldest first. */
  readonly logoutTokens: () => Promise<readonly SentLogoutToken[]>
}

export interface SentLogoutToken {
  /** The `backchannel_logout_uri`. */
  readonly uri: string
  readonly logoutToken: string
}

const secretKey = 'the secret key of the test kit, which everybody knows'
const silent: Log = { info: () => {}, warn: () => {}, error: () => {} }

/**
 * Starts a Countersign for tests, in a few milliseconds. Close it after the test.
 * @throws OptionsError, UserError with a message that names the fix
 */
export async function createTestCountersign(options: TestOptions = {}): Promise<TestCountersign> {
  requireTestOptions(options)
  const logoutTokens: SentLogoutToken[] = []
  const keep: PostForm = async (uri, { logout_token: logoutToken = '' }) => {
    logoutTokens.push({ uri, logoutToken })
    return { status: 200 }
  }
  const { users = [], log = silent, postForm = keep, ...rest } = options
  const events: CountersignEvent[] = []
  const resolved = resolveOptions({ secretKey, ...rest, databaseUrl: inMemoryUrl })
  const onEvent: EventListener = (event) => {
    events.push(event)
    return resolved.onEvent?.(event)
  }
  const config: Config = { ...resolved, onEvent }
  const clock = createTestClock()
  const store = await openStore({ url: config.databaseUrl, migrate: true })
  const server = await startWithKeys(config, store, { now: clock.now, log, postForm })
  try {
    await insertTestUsers(server.context, users)
  } catch (error) {
    await server.close()
    throw error
  }
  return kitOf(server, { users, events, logoutTokens, clock, declarations: options.clients ?? [] })
}

async function startWithKeys(
  config: Config,
  store: Store,
  environment: Required<Pick<Environment, 'now' | 'log' | 'postForm'>>,
) {
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
  readonly logoutTokens: readonly SentLogoutToken[]
  readonly declarations: NonNullable<Options['clients']>
}

const mintNames: readonly (keyof MintOptions)[] = ['sub', 'scope', 'audience', 'clientId']
const loginNames: readonly (keyof LoginOptions)[] = ['scope', 'redirectUri', 'resource', 'password', 'clientSecret']

function kitOf(server: Server, { users, events, logoutTokens, clock, declarations }: Kit): TestCountersign {
  const { app, context } = server
  const { config, random } = context
  const countersign = handleOf(server)
  const { fetch, owns } = countersign
  return {
    ...countersign,
    fetch: fetchFrom(countersign),
    clock,
    events,
    logoutTokens: () =>
      app.run(async () => {
        await context.logoutDelivery.deliver()
        return [...logoutTokens]
      }),
    mint: (options = {}) =>
      app.run(() => {
        requireOptions(options, mintNames)
        const { sub, scope, audience, clientId } = options
        return mint(context, {
          sub: sub ?? users[0]?.id ?? users[0]?.username ?? 'user',
          scope: scope ?? Object.keys(config.scopes).join(' '),
          audience: audience ?? config.issuer,
          clientId: clientId ?? declarations[0]?.client_id ?? 'client',
        })
      }),
    logIn: (clientId, username, options = {}) =>
      app.run(async () => {
        requireOptions(options, loginNames)
        requireTexts({ clientId, username, ...options })
        const client = await findClient(context, clientId)
        if (!client)
          failOperation('clientId', 'is not the id of a client: declare it in the option clients, or create it')
        const { scope, redirectUri, resource, password, clientSecret } = options
        return await logIn(
          { fetch, owns, random },
          {
            issuer: config.issuer.replace(/\/$/, ''),
            client,
            clientSecret: clientSecret ?? declaredSecret(declarations, client),
            username,
            password: password ?? passwordOf(users, username),
            scope: scope ?? client.scopes.join(' '),
            redirectUri: redirectUri ?? client.redirectUris[0] ?? '',
            resource,
          },
        )
      }),
  }
}

/** @throws OperationError `invalid`; `undefined` is only for options */
function requireTexts({ clientId, username, ...options }: Readonly<Record<string, unknown>>): void {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  for (const [name, value] of [['clientId', clientId], ['username', username], ...given] as const) {
    if (typeof value !== 'string') failOperation(String(name), 'must be text')
  }
}

/** @throws OperationError `invalid` for a client that needs a secret which only the test knows */
function declaredSecret(declarations: Kit['declarations'], client: Client): string | undefined {
  const declared = declarations.find(({ client_id: id }) => id === client.id)
  const secret = declared?.client_secret ?? declared?.client_secrets?.[0]
  if (secret === undefined && !isPublic(client)) {
    failOperation('clientSecret', 'is missing: pass the secret that clients.create returned')
  }
  return secret
}

function passwordOf(users: readonly TestUser[], username: string): string {
  const { password = defaultPassword } = [...users, ...demoLogins].find((user) => user.username === username) ?? {}
  return password
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
  const keys = testKeys.map(({ algorithm, state, keyId, publicKey, privateKey }): NewKey => {
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
