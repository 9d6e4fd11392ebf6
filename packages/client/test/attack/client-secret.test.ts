/** The client secret: nothing that can be reached from a client or a web login leads to it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import manifest from '../../package.json' with { type: 'json' }
import { createClient } from '../../src/client.ts'
import { configOf } from '../../src/client-config.ts'
import { logInWithDevice } from '../../src/node/index.ts'
import { startIssuer, tokenResponse } from '../support/issuer.ts'
import { clientOptions } from '../support/logins.ts'
import { browserOf, logInWith, sessionOf, startWebLogin } from '../support/web-logins.ts'

const clientSecret = 'the-secret-of-this-client'

/** Paths to the secret from `root`: over members, symbols and prototypes, and over what functions without parameters return. */
async function pathsToSecret(root: unknown): Promise<readonly string[]> {
  const found: string[] = []
  const seen = new Set<unknown>()

  const visit = async (value: unknown, path: string): Promise<void> => {
    if (typeof value === 'string' && holdsSecret(value)) found.push(path)
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return
    seen.add(value)
    if (value instanceof Map || value instanceof Set) await visit([...value], `${path} (entries)`)
    const prototype: unknown = Object.getPrototypeOf(value)
    if (!builtIns.has(prototype)) await visit(prototype, `${path} (prototype)`)
    if (typeof value === 'function') {
      assert.ok(!holdsSecret(value.toString()))
      if (value.length === 0) await visit(await resultOf(() => value.call(undefined)), `${path}()`)
    }
    for (const key of Reflect.ownKeys(value)) {
      const step = `${path}[${String(key)}]`
      await visit(key, step)
      await visit(await resultOf(() => Reflect.get(value, key)), step)
    }
  }
  await visit(root, 'root')
  return found
}

/** Also where it is in a base64 text, as Basic credentials are. */
function holdsSecret(text: string): boolean {
  const decoded = text.replaceAll(/[\w+/-]{8,}={0,2}/g, (word) => Buffer.from(word, 'base64').toString('latin1'))
  return text.includes(clientSecret) || decoded.includes(clientSecret)
}

/** Prototypes of the runtime: they know no client. */
const builtIns: ReadonlySet<unknown> = new Set([
  null,
  ...[Object, Array, Function, Error, TypeError, Map, Set].map(({ prototype }) => prototype),
  Object.getPrototypeOf(async () => {}),
])

/** What the call returns, or throws. */
async function resultOf(call: () => unknown): Promise<unknown> {
  try {
    return await call()
  } catch (error) {
    return error
  }
}

test('the walk finds a secret behind a symbol, a getter, a function, a prototype and in credentials', async () => {
  const hidden: readonly object[] = [
    { [Symbol('config')]: () => ({ clientSecret }) },
    Object.freeze({ deep: [{ later: async () => new Map([['key', clientSecret]]) }] }),
    {
      get config() {
        return clientSecret
      },
    },
    Object.create({ clientSecret }),
    { headers: `Basic ${btoa(`notes:${clientSecret}`)}` },
    {
      fail: () => {
        throw new Error(`wrong: ${clientSecret}`)
      },
    },
  ]
  for (const root of hidden)
    assert.notDeepEqual(await pathsToSecret(root), [], Reflect.ownKeys(root).map(String).join())
})

test('no member of a client leads to its secret, before and after its tokens are there', async (t) => {
  const issuer = await startIssuer(t)
  issuer.routes['/token'] = () => ({ body: tokenResponse() })
  issuer.routes['/revoke'] = () => ({})
  const client = createClient(clientOptions(issuer, { clientSecret }))
  assert.deepEqual(await pathsToSecret(client), [])
  await client.clientCredentials()
  assert.deepEqual(await pathsToSecret(client), [])
  // The walk has sent requests, and each had the secret: it looked at the client that uses it.
  const credentials = `Basic ${btoa(`notes:${clientSecret}`)}`
  const posts = issuer.requests.filter(({ method }) => method === 'POST')
  assert.ok(posts.length > 2 && posts.every(({ headers }) => headers.authorization === credentials))
})

test('no error of a client leads to its secret', async (t) => {
  const issuer = await startIssuer(t)
  const client = createClient(clientOptions(issuer, { clientSecret }))
  issuer.routes['/token'] = ({ headers }) => ({
    status: 401,
    body: { error: 'invalid_client', error_description: `${headers.authorization} ${clientSecret}` },
  })
  assert.deepEqual(await pathsToSecret(await client.clientCredentials().catch((error: unknown) => error)), [])
})

test('no member of a web login or of a session leads to the secret', async (t) => {
  const { issuer, web } = await startWebLogin(t, { clientSecret })
  const browser = browserOf(web)
  await logInWith(browser, issuer)
  const session = await sessionOf(web, browser)
  assert.ok(session !== undefined)
  assert.deepEqual(await pathsToSecret(web), [])
  assert.deepEqual(await pathsToSecret(session), [])
})

test('no entry exports what reads the config of a client', async () => {
  for (const { source } of Object.values(manifest.exports)) {
    const entry: Readonly<Record<string, unknown>> = await import(`../../${source}`)
    assert.ok(!Object.values(entry).includes(configOf), source)
  }
})

test('a copy of a client is rejected with the fix', async (t) => {
  const issuer = await startIssuer(t)
  const copy = { ...createClient(clientOptions(issuer, { clientSecret })) }
  await assert.rejects(logInWithDevice(copy), { name: 'TypeError', message: /client must be what createClient/ })
})
