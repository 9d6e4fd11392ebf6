/** The applications that the packed `create-countersign` writes: they install, pass their tests, start, and log a user in. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createApplication, logInAndDisable, runScript, startApplication } from '../support/application.ts'
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
    const running = startApplication(t, application)
    await running.said(/The application is at (http:\S+)/)
    await logInAndDisable(t, application)
  })
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
