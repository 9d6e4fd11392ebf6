/** The sample of docs/guides/scale.md: an API accepts tokens of two issuers, which share nothing. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Guard } from '@countersign/guard'
import { listen } from '../../packages/server/src/http/listen.ts'
import { createAccessToken } from '../../packages/server/src/tokens/access-token.ts'
import { basicOf } from '../../packages/server/test/support/clients.ts'
import { migratingApp } from '../../packages/server/test/support/password-grant.ts'
import { addTestUsers, tim } from '../../packages/server/test/support/people.ts'
import { startServerWithoutUsers, type TestServer } from '../../packages/server/test/support/server.ts'
import { freePort } from '../support/free-port.ts'
import { temporaryFolder } from '../support/process.ts'
import { samplesOf, writeSamples } from '../support/samples.ts'

const guardFolder = fileURLToPath(new URL('../../packages/guard', import.meta.url))
const audience = 'https://api.example.com'

interface Issuer {
  readonly issuer: string
  readonly server: TestServer
}

test('a guard for two issuers accepts the tokens of each, and rejects what one signed in the name of the other', async (t) => {
  const [eu, us] = [await startIssuer(t), await startIssuer(t)]
  const guard = await guardOfGuide(t, eu, us)
  const [ofEu, ofUs] = [await tokenOf(eu), await tokenOf(us)]
  const [accessOfEu, accessOfUs] = [await check(guard, ofEu.access_token), await check(guard, ofUs.access_token)]
  assert.equal(accessOfEu.claims['iss'], eu.issuer)
  assert.equal(accessOfUs.claims['iss'], us.issuer)
  // The same name at both, and nothing else in common.
  assert.equal(accessOfEu.subject, accessOfUs.subject)

  const forged = await inTheNameOf(us, eu.issuer)
  await assert.rejects(check(guard, forged), /key_unknown|signature_mismatch/)
  const stranger = await inTheNameOf(us, 'https://other.example.com')
  await assert.rejects(check(guard, stranger), /issuer_mismatch|key_unknown/)
  await assert.rejects(check(guard, 'not.a.token'), /malformed|invalid/i)
  await assert.rejects(guard.check(new Request(audience)), /missing/i)
})

test('a token that one of two issuers has revoked is rejected, and those of the other are not', async (t) => {
  const [eu, us] = [await startIssuer(t), await startIssuer(t)]
  const [ofEu, ofUs] = [await tokenOf(eu), await tokenOf(us)]
  const { client_id, client_secret } = migratingApp
  const revoked = await us.server.post(
    '/revoke',
    { token: ofUs.refresh_token },
    basicOf(client_id ?? '', client_secret),
  )
  assert.equal(revoked.status, 200)
  const guard = await guardOfGuide(t, eu, us)
  await assert.rejects(check(guard, ofUs.access_token), /revoked/)
  await check(guard, ofEu.access_token)
})

async function startIssuer(t: TestContext): Promise<Issuer> {
  // Its name comes before it has a port.
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  // A secret of its own, and with it keys of its own.
  const secretKey = randomBytes(32).toString('hex')
  const options = { issuer, secretKey, clients: [migratingApp], resources: [audience] }
  // The guard goes by the clock of the machine.
  const now = Date.now() / 1000
  const server = await startServerWithoutUsers(t, { ...options, passwordGrant: 'first-party' }, { now })
  await addTestUsers(server.server.context.store, Math.floor(now))
  const { app, context } = server.server
  const listening = await listen(app, '127.0.0.1', port, context.config)
  t.after(() => listening.close(0))
  return { issuer, server }
}

async function guardOfGuide(t: TestContext, eu: Issuer, us: Issuer): Promise<Guard> {
  const project = join(temporaryFolder(t), 'project')
  mkdirSync(join(project, 'node_modules/@countersign'), { recursive: true })
  symlinkSync(guardFolder, join(project, 'node_modules/@countersign/guard'), 'junction')
  writeSamples(project, samplesOf('docs/guides/scale.md'), (code) =>
    code.replaceAll('https://eu.login.example.com', eu.issuer).replaceAll('https://us.login.example.com', us.issuer),
  )
  const { guard }: { guard: Guard } = await import(pathToFileURL(join(project, 'guard.ts')).href)
  return guard
}

async function tokenOf({ server }: Issuer): Promise<Readonly<Record<'access_token' | 'refresh_token', string>>> {
  const form = { grant_type: 'password', ...tim, resource: audience }
  const response = await server.post('/token', form, basicOf(migratingApp.client_id ?? '', migratingApp.client_secret))
  assert.equal(response.status, 200)
  return JSON.parse(await response.text())
}

/** What this issuer signs when its configuration names another one. */
async function inTheNameOf({ server }: Issuer, issuer: string): Promise<string> {
  const context = { ...server.server.context, config: { ...server.server.context.config, issuer } }
  const { token } = await createAccessToken(context, {
    subject: 'tim',
    clientId: 'migrating',
    scopes: [],
    resources: [audience],
    notBefore: 0,
  })
  return token
}

function check(guard: Guard, token: string) {
  return guard.check(new Request(audience, { headers: { authorization: `Bearer ${token}` } }))
}
