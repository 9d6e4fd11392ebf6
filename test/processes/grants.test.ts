/** Refresh tokens and a server process: the state after a crash, and what an operator sees and revokes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { hashClientSecret } from '../../packages/server/src/clients/client-secret.ts'
import { passwordAuthentication } from '../../packages/server/src/domain/authentication-context.ts'
import { clientOf } from '../../packages/server/src/domain/client-metadata.ts'
import type { Grant } from '../../packages/server/src/domain/grant.ts'
import { systemClock, systemRandom } from '../../packages/server/src/environment.ts'
import { openStore, type Store } from '../../packages/server/src/store/open.ts'
import { newRefreshToken } from '../../packages/server/src/tokens/refresh-token.ts'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { basicOf, clientSecret } from '../../packages/server/test/support/clients.ts'
import { databaseKinds, freshDatabase } from '../../packages/server/test/support/databases.ts'
import { type Environment, runCommand, startCommand, temporaryFolder } from '../support/process.ts'

const longGrace = fileURLToPath(new URL('./support/long-grace.config.ts', import.meta.url))

interface TokenResponse {
  readonly status: number
  readonly requestId: string
  readonly refreshToken: string | undefined
}

async function refresh(origin: string, refreshToken: string): Promise<TokenResponse> {
  const response = await fetch(`${origin}/token`, {
    method: 'POST',
    headers: { ...basicOf('app'), 'user-agent': 'a\ttest' },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  })
  const body = JSON.parse(await response.text())
  return {
    status: response.status,
    requestId: response.headers.get('x-request-id') ?? '',
    refreshToken: body.refresh_token,
  }
}

/** The state after tim logged in to `app`. */
async function givenGrant(store: Store): Promise<{ readonly grant: Grant; readonly refreshToken: string }> {
  const now = Math.floor(systemClock())
  const grant: Grant = {
    id: systemRandom.id(),
    clientId: 'app',
    userId: 'tim',
    ...passwordAuthentication,
    sessionId: null,
    scopes: ['me'],
    claims: { idToken: [], userInfo: [] },
    resources: [],
    authenticatedAt: now,
    createdAt: now,
    expiresAt: now + 3600,
    revokedAt: null,
  }
  const { token, hash } = newRefreshToken({ random: systemRandom })
  await store.grants.insert(grant)
  await store.refreshTokens.insert(hash, { grantId: grant.id, createdAt: now, expiresAt: now + 3600 })
  return { grant, refreshToken: token }
}

for (const kind of databaseKinds) {
  async function prepare(t: Parameters<typeof startCommand>[0]): Promise<{ environment: Environment; store: Store }> {
    const database = await freshDatabase(kind)
    const environment = { DATA_DIR: temporaryFolder(t), DATABASE_URL: database.url, LOG_LEVEL: 'silent' }
    const store = await openStore({ url: database.url, migrate: true })
    t.after(async () => {
      await store.close()
      await database.remove()
    })
    const metadata = { client_id: 'app', grant_types: ['authorization_code', 'refresh_token'], scope: 'me' }
    await store.clients.insert(clientOf(metadata, false), hashClientSecret(clientSecret), Math.floor(systemClock()))
    return { environment, store }
  }

  test(`${kind}: H6, S6 a client repeats its request after the server was killed, and loses nothing`, async (t) => {
    const { environment: ofTest, store } = await prepare(t)
    const environment = { ...ofTest, COUNTERSIGN_CONFIG: longGrace }
    const first = await startCommand(t, ['dev'], environment)
    const grants = []
    for (let count = 0; count < 20; count++) grants.push(await givenGrant(store))
    const refreshes = grants.map(({ refreshToken }) => refresh(first.origin, refreshToken))
    await Promise.race(refreshes)
    await first.stop('SIGKILL')
    const before = await Promise.allSettled(refreshes)

    const second = await startCommand(t, ['dev'], environment)
    for (const [at, { refreshToken }] of grants.entries()) {
      const again = await refresh(second.origin, refreshToken)
      assert.equal(again.status, 200)
      const result = before[at]
      // The token from before the crash is active, and the second response has the same token.
      if (result?.status === 'fulfilled') assert.equal(again.refreshToken, result.value.refreshToken)
      assert.equal((await refresh(second.origin, again.refreshToken ?? '')).status, 200)
    }
    assert.deepEqual(await store.incidents.list(0, 10), [])
  })

  test(`${kind}: an operator sees who used a token twice, and what a user granted`, async (t) => {
    const { environment, store } = await prepare(t)
    const { origin } = await startCommand(t, ['dev'], environment)
    assert.equal((await runCommand(['incidents'], environment)).stdout, '')

    const { grant, refreshToken } = await givenGrant(store)
    const used = await refresh(origin, refreshToken)
    await refresh(origin, used.refreshToken ?? '')
    const reuse = await refresh(origin, refreshToken)
    assert.equal(reuse.status, 400)

    const incidents = await runCommand(['incidents', '--since', '1h'], environment)
    assert.equal(incidents.code, 0)
    const [what, first, second, more] = incidents.stdout.split('\n')
    assert.match(what ?? '', new RegExp(`refresh_token_reused {2}client app, user tim, grant ${grant.id} revoked$`))
    assert.match(first ?? '', new RegExp(`used by .*127\\.0\\.0\\.1 {2}a\\?test {2}\\(${used.requestId}\\)$`))
    assert.match(second ?? '', new RegExp(`used again by .*127\\.0\\.0\\.1 {2}a\\?test {2}\\(${reuse.requestId}\\)$`))
    assert.match(more ?? '', new RegExp(`countersign -- why ${reuse.requestId}$`))
    assert.equal((await runCommand(['incidents', '--since', '2099-01-01'], environment)).stdout, '')
    assert.equal((await runCommand(['incidents', '--since', 'yesterday'], environment)).code, 2)
    const secrets = [refreshToken, used.refreshToken ?? ''].filter((token) => incidents.stdout.includes(token))
    assert.deepEqual(secrets, [])

    // Traces are written some time after the response.
    await eventually(async () => (await store.traces.find(reuse.requestId)) !== undefined)
    const why = await runCommand(['why', reuse.requestId], environment)
    assert.match(why.stdout, /POST \/token -> 400 refresh_token_reused/)
    assert.match(why.stdout, /received: a token used \d+ s ago by request/)
    assert.ok(why.stdout.endsWith(incidents.stdout))

    const [one, two] = [await givenGrant(store), await givenGrant(store)]
    await store.consents.remember('tim', 'app', new Map([['', ['me']]]), 1)
    const listed = await runCommand(['grants', 'list', 'TIM'], environment)
    assert.deepEqual(
      new Set(
        listed.stdout
          .split('\n')
          .filter(Boolean)
          .map((line) => line.split('\t')[0]),
      ),
      new Set([one.grant.id, two.grant.id]),
    )
    const other = await runCommand(['grants', 'revoke', 'tim', '--client', 'other'], environment)
    assert.match(other.stdout, /^Revoked 0 grants of tim\.$/m)
    const revoked = await runCommand(['grants', 'revoke', 'tim', '--client', 'app'], environment)
    assert.match(revoked.stdout, /^Revoked 2 grants of tim\.$/m)
    assert.deepEqual(await store.consents.find('tim', 'app'), new Map())
    assert.equal((await refresh(origin, one.refreshToken)).status, 400)

    await givenGrant(store)
    assert.match((await runCommand(['grants', 'revoke', 'tim'], environment)).stdout, /^Revoked 1 grant of tim\.$/m)
    const nobody = await runCommand(['grants', 'list', 'nobody'], environment)
    assert.deepEqual([nobody.code, nobody.stdout], [1, ''])
  })

  test(`${kind}: the browser sessions of a disabled user end`, async (t) => {
    const { environment, store } = await prepare(t)
    const dev = await startCommand(t, ['dev'], environment)
    await dev.stop()
    const now = Math.floor(systemClock())
    const times = { authenticatedAt: now, selectedAt: now, lastSeenAt: now, expiresAt: now + 3600 }
    const session = { id: 'session', userId: 'tim', ...passwordAuthentication, ...times }
    await store.sessions.begin(undefined, 'browser', session)
    assert.equal((await runCommand(['users', 'disable', 'tim'], environment)).code, 0)
    assert.deepEqual(await store.sessions.ofBrowser('browser', { idleSince: 0, now }), [])
  })
}
