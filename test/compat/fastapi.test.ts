/**
 * Requests to the tutorial under FastAPI (004 with JWT, 005 with scopes) with their recorded responses, and the responses of Countersign.
 * All differences are on purpose: each is in `differences`, with its reason, and is asserted.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { SignJWT } from 'jose'
import { givenUser } from '../../packages/server/test/support/accounts.ts'
import type { TestServer } from '../../packages/server/test/support/server.ts'
import { startTutorialServer } from '../../packages/server/test/support/tutorial.ts'
import { differenceOf, type ExpectedResponse } from './differences.ts'

export interface Vector {
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly req: {
    readonly headers?: string
    readonly data?: Readonly<Record<string, string | readonly string[]>>
    readonly files?: Readonly<Record<string, readonly [null, string]>>
    readonly json?: unknown
  }
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

// The recorded file is the contract: the tests check its shape when they use it.
const vectors: Record<string, Vector[]> = JSON.parse(
  readFileSync(new URL('fastapi-vectors.json', import.meta.url), 'utf8'),
)

const secretKey = '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7'

for (const [tutorial, list] of Object.entries(vectors)) {
  test(`${tutorial}: FastAPI's responses, or the listed differences`, async (t) => {
    const server = await startTutorialServer(t, { secretKey, algorithm: 'HS256', unsafeWeakSecretKey: true })
    await addTutorialUsers(server)
    for (const vector of list) {
      await t.test(vector.name, async () => {
        const response = await replay(server, vector, await tokenFor(server, vector.name))
        const expected = differenceOf(tutorial, vector) ?? vector
        assert.equal(response.status, expected.status)
        for (const [header, value] of Object.entries(expected.headers)) {
          assert.equal(comparable(header, response.headers.get(header)), comparable(header, value), header)
        }
        const text = await response.text()
        const isJson = response.headers.get('content-type') === 'application/json'
        requireBody(isJson ? JSON.parse(text) : text, expected.body)
      })
    }
  })
}

/** The tutorial's johndoe, and alice of its fifth chapter, who is disabled. */
async function addTutorialUsers(server: TestServer): Promise<void> {
  const { subjects, items } = server.server.context.store
  const john = await givenUser(server, {
    username: 'johndoe',
    email: 'johndoe@example.com',
    fullName: 'John Doe',
    passwordHash: await server.server.context.passwords.hash('secret'),
  })
  await items.insert(100, john.subject.id)
  await subjects.setDisabled('alice', true, server.clock.now)
}

/** The token for a vector's `<jwt>`, which depends on the vector's name. */
async function tokenFor(server: TestServer, name: string): Promise<string | undefined> {
  const scoped = /^(johndoe|alice) scope='(.*?)'/.exec(name)
  const subject = scoped?.[1] ?? 'johndoe'
  const sign = (claims: Record<string, unknown>, secret = secretKey) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(new TextEncoder().encode(secret))
  const exp = server.clock.now + 1800

  if (scoped) return await sign({ sub: subject, exp, scope: scoped[2] })
  switch (name) {
    case 'token expired':
      return await sign({ sub: subject, exp: server.clock.now - 1 })
    case 'token no exp':
      return await sign({ sub: subject })
    case 'token no sub':
      return await sign({ exp })
    case 'token unknown sub':
      return await sign({ sub: 'nobody', exp })
    case 'token bad sig':
      return await sign({ sub: subject, exp }, 'another secret, and a long one at that')
    case 'token alg none':
      return `${encode({ alg: 'none', typ: 'JWT' })}.${encode({ sub: subject, exp })}.`
    default:
      return undefined
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

async function replay(server: TestServer, vector: Vector, token: string | undefined): Promise<Response> {
  const headers: Record<string, string> = JSON.parse((vector.req.headers ?? '{}').replace('<jwt>', token ?? ''))
  if (vector.method === 'GET') return await server.get(vector.path, headers)
  const { data, files, json } = vector.req
  if (json !== undefined) {
    return await server.post(vector.path, JSON.stringify(json), { ...headers, 'content-type': 'application/json' })
  }
  if (files)
    return await server.post(vector.path, 'multipart', {
      ...headers,
      'content-type': 'multipart/form-data; boundary=x',
    })
  const pairs = Object.entries(data ?? {}).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]))
  return await server.post(vector.path, new URLSearchParams(pairs).toString(), headers)
}

/** FastAPI's members must be present and equal; the RFC's `error` and `expires_in` may be added. */
function requireBody(actual: unknown, expected: ExpectedResponse['body']): void {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) {
    if (expected !== '' && typeof expected !== 'string') assert.deepEqual(actual, expected)
    return
  }
  assert.ok(typeof actual === 'object' && actual !== null)
  const members: Record<string, unknown> = { ...actual }
  for (const [name, value] of Object.entries(expected)) {
    if (value === '<jwt>') assert.match(String(members[name]), /^[\w-]+\.[\w-]+\.[\w-]+$/)
    else if (value instanceof RegExp) assert.match(String(members[name]), value)
    else assert.deepEqual(members[name], value, name)
  }
}

/** FastAPI redirects to absolute URLs with the host of the Host header; ours are relative. */
function comparable(header: string, value: string | null | undefined): string | undefined {
  return header === 'location' ? new URL(value ?? '', 'http://localhost:8000').pathname : (value ?? undefined)
}
