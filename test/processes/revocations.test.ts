/** Two `serve` and a program with the server inside it on one database: what ends at one of them has ended at the others when that is answered. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Countersign, createCountersign } from 'countersign'
import { decodeJwt } from 'jose'
import { basicOf } from '../../packages/server/test/support/clients.ts'
import {
  authorizeUrl,
  newPkce,
  passPages,
  redirectUri,
  requestOf,
  responseOf,
} from '../../packages/server/test/support/code-flow.ts'
import { type DatabaseKind, databaseKinds } from '../../packages/server/test/support/databases.ts'
import { silent } from '../../packages/server/test/support/embed.ts'
import { alice, databaseWithUsers, tim } from '../../packages/server/test/support/people.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { createUserAgent } from '../../packages/server/test/support/user-agent.ts'
import { onTestsPostgres, startCommand, temporaryFolder } from '../support/process.ts'
import config from './support/revocations.config.ts'

const trials = process.env['SOAK'] === 'true' ? 300 : 10
/** The URL of both, as behind a proxy. Nothing listens there. */
const issuer = 'http://127.0.0.1:8000'
const api = basicOf('api', 'a secret of the API, also long enough for anyone')

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

interface Deployment {
  readonly origins: readonly [string, string]
  /** The third process: that of the test. */
  readonly operator: Countersign
}

async function deploy(t: TestContext, kind: DatabaseKind): Promise<Deployment> {
  const databaseUrl = await databaseWithUsers(t, kind)
  const settings = {
    ...onTestsPostgres,
    DATA_DIR: temporaryFolder(t),
    DATABASE_URL: databaseUrl,
    SECRET_KEY: testSecret,
    ISSUER: issuer,
    COUNTERSIGN_CONFIG: fileURLToPath(new URL('./support/revocations.config.ts', import.meta.url)),
  }
  const [one, two] = await Promise.all([startCommand(t, ['serve'], settings), startCommand(t, ['serve'], settings)])
  const operator = await createCountersign({ ...config, issuer, secretKey: testSecret, databaseUrl }, { log: silent })
  t.after(operator.close)
  return { origins: [one.origin, two.origin], operator }
}

function post(url: string, form: Readonly<Record<string, string>>, headers = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(form), headers })
}

const ofOwn = (origin: string, form: Readonly<Record<string, string>>) =>
  post(`${origin}/token`, { client_id: 'own', ...form })

const refresh = (origin: string, token: string) => ofOwn(origin, { grant_type: 'refresh_token', refresh_token: token })

async function tokensOf(response: Promise<Response>): Promise<Tokens> {
  const { status, body } = await response.then(async (found) => ({ status: found.status, body: await found.text() }))
  assert.equal(status, 200, body)
  return JSON.parse(body)
}

const logIn = (origin: string, user: typeof tim | typeof alice) =>
  tokensOf(ofOwn(origin, { grant_type: 'password', scope: 'me roles', ...user }))

async function isActive(origin: string, token: string): Promise<boolean> {
  const { status } = await fetch(`${origin}/users/me`, { headers: { authorization: `Bearer ${token}` } })
  return status === 200
}

/** As introspection tells the API. */
async function isKnownAsActive(origin: string, token: string): Promise<boolean> {
  const response = await post(`${origin}/introspect`, { token }, api)
  return JSON.parse(await response.text()).active
}

/** The tokens are used at both, which may remember them. Then `end`, and both are asked at once. */
async function endsEverywhere({ origins }: Deployment, tokens: Tokens, end: () => Promise<unknown>): Promise<void> {
  for (const origin of origins) assert.equal(await isActive(origin, tokens.access_token), true)
  await end()
  await assertEnded(origins, tokens)
}

async function assertEnded(origins: readonly string[], tokens: Tokens): Promise<void> {
  const answers = origins.flatMap((origin) => [
    isActive(origin, tokens.access_token),
    isKnownAsActive(origin, tokens.access_token),
    refresh(origin, tokens.refresh_token).then(({ status }) => status === 200),
  ])
  assert.deepEqual(await Promise.all(answers), [false, false, false, false, false, false])
}

async function tokensAreRevoked(deployment: Deployment): Promise<void> {
  const { origins } = deployment
  for (let trial = 0; trial < trials; trial++) {
    const [here, there] = trial % 2 === 0 ? origins : origins.toReversed()
    assert.ok(here && there)
    const tokens = await logIn(here, tim)
    const { access_token: alone } = await tokensOf(refresh(there, tokens.refresh_token))
    assert.equal(await isActive(there, alone), true)
    assert.equal((await post(`${here}/revoke`, { client_id: 'own', token: alone })).status, 200)
    assert.equal(await isActive(there, alone), false, `trial ${trial}`)
    await endsEverywhere(deployment, await logIn(there, tim), () => deployment.operator.grants.revoke('tim', 'own'))
    const last = await logIn(here, tim)
    const end = async () => {
      const { status } = await post(`${here}/revoke`, { client_id: 'own', token: last.refresh_token })
      assert.equal(status, 200)
    }
    await endsEverywhere(deployment, last, end)
  }
}

async function aUserIsDisabled(deployment: Deployment): Promise<void> {
  const { origins, operator } = deployment
  for (const origin of origins) {
    await endsEverywhere(deployment, await logIn(origin, alice), () => operator.users.disable('alice'))
    for (const other of origins) {
      assert.equal((await ofOwn(other, { grant_type: 'password', ...alice })).status, 401)
    }
    await operator.users.enable('alice')
  }
}

async function aSecretIsReplaced({ origins, operator }: Deployment): Promise<void> {
  const metadata = { client_id: 'billing', grant_types: ['client_credentials'], scope: 'me' }
  let { secret: current = '' } = await operator.clients.create(metadata)
  const tokenWith = (origin: string, secret: string) =>
    post(`${origin}/token`, { grant_type: 'client_credentials' }, basicOf('billing', secret))
  /** 401, and 429 after many wrong ones, reject a secret. */
  const isAccepted = (secret: string) =>
    Promise.all(origins.map(async (origin) => ![401, 429].includes((await tokenWith(origin, secret)).status)))
  for (let trial = 0; trial < trials; trial++) {
    assert.deepEqual(await isAccepted(current), [true, true])
    const { secret: next } = await operator.clients.rotateSecret('billing', { grace: 0 })
    assert.deepEqual(await isAccepted(current), [false, false], `trial ${trial}`)
    current = next
  }
  const { access_token: token } = await tokensOf(tokenWith(origins[0], current))
  for (const origin of origins) assert.equal(await isKnownAsActive(origin, token), true)
  await operator.clients.disable('billing')
  for (const origin of origins) assert.equal(await isKnownAsActive(origin, token), false)
  assert.deepEqual(await isAccepted(current), [false, false])
}

async function aRoleChanges({ origins: [one, two], operator }: Deployment): Promise<void> {
  const rolesIn = ({ access_token: token }: Tokens) => decodeJwt(token)['roles']
  await operator.roles.create('admin')
  const before = await logIn(one, tim)
  await operator.roles.assign('admin', { userId: 'tim' })
  const during = await tokensOf(refresh(two, before.refresh_token))
  await operator.roles.unassign('admin', { userId: 'tim' })
  const after = await tokensOf(refresh(one, during.refresh_token))
  assert.deepEqual([before, during, after].map(rolesIn), [[], ['admin'], []])
  // A token keeps what it says until it expires.
  assert.equal(await isActive(two, during.access_token), true)
}

async function aSessionEnds({ origins: [one, two], operator }: Deployment): Promise<void> {
  let origin: string = one
  const agent = createUserAgent((request) => fetch(new Request(request.url.replace(issuer, origin), request)), issuer)
  const request = requestOf({ client_id: 'own', redirect_uris: [redirectUri] }, newPkce(), { scope: 'me' })
  const silently = async () => responseOf(await agent.open(authorizeUrl({ ...request, prompt: 'none' })))
  assert.ok(responseOf(await passPages(agent, await agent.open(authorizeUrl(request)))).get('code'))
  origin = two
  assert.ok((await silently()).get('code'))
  await operator.users.setPassword('tim', 'another password of tim')
  for (origin of [one, two]) assert.equal((await silently()).get('error'), 'login_required')
}

for (const kind of databaseKinds) {
  test(`S4 ${kind}: what is revoked, disabled or replaced at one process is rejected by the others right after the answer`, async (t) => {
    const deployment = await deploy(t, kind)
    await tokensAreRevoked(deployment)
    await aUserIsDisabled(deployment)
    await aSecretIsReplaced(deployment)
    await aRoleChanges(deployment)
    await aSessionEnds(deployment)
  })
}
