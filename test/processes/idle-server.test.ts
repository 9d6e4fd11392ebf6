/** What an idle server has not loaded, since it takes megabytes and may never be needed. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { eventually } from '../../packages/server/test/support/accounts.ts'
import { databaseWithUsers } from '../../packages/server/test/support/people.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { startCommand, temporaryFolder } from '../support/process.ts'

const probe = `
import { writeFileSync } from 'node:fs'
process.on('exit', () => {
  const loaded = { modules: process.moduleLoadList, libraries: process.report.getReport().sharedObjects }
  writeFileSync(new URL('loaded.json', import.meta.url), JSON.stringify(loaded))
})
`

interface Loaded {
  /** Node's own. */
  readonly modules: readonly string[]
  /** Paths, those of native modules among them. */
  readonly libraries: readonly string[]
}

const options = { skip: process.platform === 'win32' && 'Windows has no signals' }

test('a server that nobody has logged in to has loaded neither bcrypt nor an HTTP client', options, async (t) => {
  const folder = temporaryFolder(t)
  const module = join(folder, 'probe.mjs')
  writeFileSync(module, probe)
  const { origin, stop } = await startCommand(t, ['serve'], {
    DATA_DIR: folder,
    DATABASE_URL: await databaseWithUsers(t, 'sqlite'),
    SECRET_KEY: testSecret,
    NODE_OPTIONS: `--import=${pathToFileURL(module).href}`,
  })
  for (const path of ['/readyz', '/.well-known/openid-configuration', '/']) {
    // Closed, so that the drain does not wait for the connection. On a busy machine, a look at the database fails now and then.
    await eventually(async () => {
      const response = await fetch(`${origin}${path}`, { headers: { connection: 'close' } })
      await response.text()
      return response.status === 200
    })
  }
  await stop()
  const loaded: Loaded = JSON.parse(readFileSync(join(folder, 'loaded.json'), 'utf8'))
  assert.ok(loaded.modules.includes('NativeModule http'))
  assert.ok(!loaded.modules.some((name) => name.includes('undici')))
  assert.ok(loaded.libraries.some((path) => path.includes('argon2.')))
  assert.ok(!loaded.libraries.some((path) => path.includes('bcrypt.')))
})
