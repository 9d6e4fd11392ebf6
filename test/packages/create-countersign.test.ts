/** The applications that the packed `create-countersign` writes: they install, pass their tests, start, and log a user in. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createUserAgent } from '../../packages/server/test/support/user-agent.ts'
import { createApplication, edit, logInAndDisable, runScript, startApplication } from '../support/application.ts'
import { linkProject } from '../support/linked-project.ts'
import { installInto, packedPackages } from '../support/packages.ts'
import { temporaryFolder } from '../support/process.ts'

const folder = temporaryFolder({ after })
const packed = packedPackages()
const { guard, client, server, 'create-countersign': command } = packed

/** The other template in `npm run soak`. The Express adapters are tested by the guides, too. */
const templates = process.env['SOAK'] === 'true' ? ['hono', 'express'] : ['hono']

for (const template of templates) {
  test(`${template}: a new application passes its tests, and a user logs in until disabled`, async (t) => {
    const application = await createApplication(folder, command, template)
    installInto(application.project, [guard, client, server])
    runScript(application, 'check')
    assert.match(runScript(application, 'test'), /^ℹ fail 0$/m)
    edit(application.project, '.env', 'TRUSTED_PROXIES=', 'TRUSTED_PROXIES=127.0.0.1')
    edit(application.project, 'src/countersign.ts', '    issuer,', '    issuer, addressFailureLimit: 1,')
    const running = startApplication(t, application)
    await running.said(/The application is at (http:\S+)/)
    await logInAndDisable(t, application)
    assert.equal(await failedLogin(application.origin, '192.0.2.1'), 401)
    assert.equal(await failedLogin(application.origin, '192.0.2.1'), 429)
    assert.equal(await failedLogin(application.origin, '192.0.2.2'), 401)
  })
}

/** The status of a login with a wrong password, as a proxy forwards it for the client with this address. */
async function failedLogin(origin: string, address: string): Promise<number> {
  const agent = createUserAgent((request) => fetch(request), origin, { 'x-forwarded-for': address })
  const page = await agent.open(`${origin}/account/login?return_to=/notes`)
  return (await agent.submit(page, { username: 'nobody', password: 'wrong' })).status
}

// `npm run test:next` installs Next.js, builds and starts it.
test('next: the files of a new application compile, and its tests pass', async () => {
  const application = await createApplication(folder, command, 'next')
  linkProject(application.project, packed)
  writeFileSync(join(application.project, 'next-shim.d.ts'), shim)
  runScript(application, 'check')
  assert.match(runScript(application, 'test'), /^ℹ fail 0$/m)
})

/** The parts of Next.js's types that the template uses. */
const shim = `declare module 'next' { export interface NextConfig { serverExternalPackages?: string[] } }
declare module 'next/headers' { export function headers(): Promise<Headers> }
`

test('the tarball has each template with its hidden files, and nothing that npm leaves out', () => {
  for (const template of ['hono', 'express', 'next']) {
    for (const name of ['_gitignore', '_package.json', 'README.md', 'tsconfig.json']) {
      assert.ok(command.files.includes(`templates/${template}/${name}`), `${template}/${name}`)
    }
  }
  assert.ok(existsSync(join(folder, 'hono/.gitignore')))
  assert.match(readFileSync(join(folder, 'hono/.gitignore'), 'utf8'), /^\.env$/m)
  assert.deepEqual(
    JSON.parse(readFileSync(join(folder, 'create-countersign/package.json'), 'utf8')).dependencies,
    undefined,
  )
})
