/** How a new application reads its settings. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { envFile } from '../src/env-file.ts'

const modules = ['hono/src', 'express/src', 'next/lib'].map((folder) => {
  return fileURLToPath(new URL(`../templates/${folder}/settings.ts`, import.meta.url))
})

/** What the module exports with the new `.env` and these variables. */
function read(t: TestContext, module: string, variables: Readonly<Record<string, string>>, text = envFile()) {
  const folder = mkdtempSync(join(tmpdir(), 'create-countersign-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, '.env'), text)
  const script = `console.log(JSON.stringify(await import(${JSON.stringify(`file://${module}`)})))`
  const args = ['--env-file=.env', '--input-type=module', '--eval', script]
  return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: variables })
}

for (const module of modules) {
  const [template] = module.split('/').slice(-3)

  test(`${template}: PORT is the only variable that has the port`, (t) => {
    assert.equal(JSON.parse(read(t, module, {}).stdout).issuer, 'http://127.0.0.1:3000/auth')
    assert.equal(JSON.parse(read(t, module, { PORT: '4000' }).stdout).issuer, 'http://127.0.0.1:4000/auth')
  })

  test(`${template}: TRUSTED_PROXIES has none, one or several addresses`, (t) => {
    assert.deepEqual(JSON.parse(read(t, module, {}).stdout).trustedProxies, [])
    const { stdout } = read(t, module, { TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,' })
    assert.deepEqual(JSON.parse(stdout).trustedProxies, ['127.0.0.1', '10.0.0.0/8'])
  })

  test(`${template}: a secret that is missing is one error that names the variables`, (t) => {
    for (const name of ['SECRET_KEY', 'CLIENT_SECRET', 'COOKIE_SECRET']) {
      const { status, stderr } = read(t, module, {}, envFile().replace(new RegExp(`^${name}=.*$`, 'm'), `${name}=`))
      assert.equal(status, 1)
      assert.match(stderr, /Error: Set SECRET_KEY, CLIENT_SECRET and COOKIE_SECRET in \.env/)
    }
  })
}
