/** The service of docs/guides/directories/http.md runs as it stands there, and its user logs in, on both of our databases. */
import assert from 'node:assert/strict'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { decodeJwt } from 'jose'
import { freePort } from '../../../../../test/support/free-port.ts'
import { temporaryFolder } from '../../../../../test/support/process.ts'
import { samplesOf, writeSamples } from '../../../../../test/support/samples.ts'
import { httpDirectory } from '../../../src/users/directories/http.ts'
import { logIn, userAgentOf, webApp } from '../../support/code-flow.ts'
import { databaseKinds } from '../../support/databases.ts'
import { serviceSecret } from '../../support/directories/http-service.ts'
import { startPasswordGrantServer, tokenByPassword } from '../../support/password-grant.ts'
import { tim } from '../../support/people.ts'
import { endProgram, startProgram } from '../../support/programs.ts'

const modules = fileURLToPath(new URL('../../../../../node_modules', import.meta.url))
const folder = temporaryFolder({ after })
const password = 'teal-heron-42'

symlinkSync(modules, join(folder, 'node_modules'), 'junction')
writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))

async function startService(port: number) {
  const samples = samplesOf('docs/guides/directories/http.md').filter(({ path }) => path === 'service.ts')
  assert.equal(samples.length, 1)
  writeSamples(folder, samples)
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/find`, { method: 'POST' }).then(
      ({ status }) => status === 401,
      () => false,
    )
  const env = { ...process.env, PORT: String(port), DIRECTORY_SECRET: serviceSecret }
  return await startProgram(process.execPath, [join(folder, 'service.ts')], isReady, env)
}

for (const database of databaseKinds) {
  test(`${database}: the service of the guide logs a user in, and is missed only by its users`, async (t) => {
    const port = await freePort()
    let service = await startService(port)
    t.after(() => endProgram(service))
    const directory = httpDirectory({ url: `http://127.0.0.1:${port}`, secret: serviceSecret })
    const server = await startPasswordGrantServer(t, { database, directories: [directory], clients: [webApp] })
    const attempt = async (username: string, given: string) =>
      (await server.post('/token', { username, password: given })).status
    const login = { username: 'mira', password }
    const token = await tokenByPassword(server, login)
    const pages = await logIn(server, webApp, { scope: 'openid' }, userAgentOf(server), login)
    assert.equal(decodeJwt(pages.id_token).sub, decodeJwt(token).sub)
    assert.equal(await attempt('mira', 'teal-heron-43'), 401)
    assert.equal(await attempt('nobody', password), 401)
    await endProgram(service)
    assert.equal(await attempt('mira', password), 503)
    assert.equal(await attempt(tim.username, tim.password), 200)
    service = await startService(port)
    assert.equal(await attempt('mira', password), 200)
    const opened = await directory.open()
    const findings = await opened.inspect(AbortSignal.timeout(10_000))
    assert.deepEqual(
      findings.filter(({ isProblem }) => isProblem),
      [],
    )
    assert.deepEqual(
      (await opened.list(undefined, 10, AbortSignal.timeout(10_000))).map(({ key }) => key),
      ['7'],
    )
  })
}
