/** How a new application reads its settings. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { envFile } from '../src/env-file.ts'

const modules = ['hono/src', 'express/src', 'next/lib'].map((folder) => {
  return fileURLToPath(new URL(`../templates/${folder}/settings.ts`, import.meta.url))
})

/** So that the files of the applications are compiled once, and Countersign, which they load from its sources, starts in half the time. */
const fastStart = ['--import', fileURLToPath(new URL('../../../scripts/fast-start.mjs', import.meta.url))]

/** A folder with this `.env`. */
function newFolder(t: TestContext, text = envFile()): string {
  const folder = mkdtempSync(join(tmpdir(), 'create-countersign-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, '.env'), text)
  return folder
}

/** What the module exports with the new `.env` and these variables. */
function read(t: TestContext, module: string, variables: Readonly<Record<string, string>>, text = envFile()) {
  const folder = newFolder(t, text)
  const script = `console.log(JSON.stringify(await import(${JSON.stringify(`file://${module}`)})))`
  const args = [...fastStart, '--env-file=.env', '--input-type=module', '--eval', script]
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

  test(`${template}: a wrong variable is one sentence that names it, and no stack trace`, (t) => {
    const wrong: readonly (readonly [name: string, values: readonly string[], sentence: string])[] = [
      ...['SECRET_KEY', 'CLIENT_SECRET', 'COOKIE_SECRET'].map(
        (name) =>
          [
            name,
            ['', 'short'],
            `${name} must be a random text of at least 32 characters, such as openssl rand -hex 32 prints: set it in .env.`,
          ] as const,
      ),
      [
        'ISSUER',
        ['nonsense', 'app.example.com/auth', '/auth'],
        'ISSUER must be a URL, such as https://app.example.com/auth: correct it in .env.',
      ],
      ...(template === 'next'
        ? []
        : [
            [
              'PORT',
              ['x', '0', '3.5', '70000'],
              'PORT must be a whole number from 1 to 65535, such as 3000: correct it in .env.',
            ] as const,
          ]),
    ]
    for (const [name, values, sentence] of wrong) {
      for (const value of values) {
        const { status, stderr } = read(
          t,
          module,
          {},
          envFile().replace(new RegExp(`^(?:# )?${name}=.*$`, 'm'), `${name}=${value}`),
        )
        assert.deepEqual([status, stderr], [1, `${sentence}\n`], value)
      }
    }
  })
}

for (const template of ['hono', 'express']) {
  /** Starts the application with the new `.env` and these variables, until it ends. */
  function start(t: TestContext, variables: Readonly<Record<string, string>>) {
    const folder = newFolder(t)
    const server = fileURLToPath(new URL(`../templates/${template}/src/server.ts`, import.meta.url))
    const args = [...fastStart, '--conditions=source', '--env-file=.env', server]
    return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: variables })
  }

  test(`${template}: what Countersign finds wrong has the name of the variable, and no stack trace`, (t) => {
    for (const [variables, sentence] of [
      [{ TRUSTED_PROXIES: 'x' }, /^TRUSTED_PROXIES must be IP addresses or CIDR ranges, such as 10\.0\.0\.0\/8\n$/],
      [{ ISSUER: 'http://app.example.com/auth' }, /^ISSUER must begin with https:\/\/ .*\n$/],
      [{ ISSUER: 'https://app.example.com/auth?x' }, /^ISSUER must not have a query or a fragment\n$/],
      [{ SECRET_KEY: 'a'.repeat(40) }, /^SECRET_KEY repeats .*\n$/],
    ] as const) {
      const { status, stderr } = start(t, variables)
      assert.equal(status, 1)
      assert.match(stderr, sentence)
    }
  })

  test(`${template}: a port that cannot be opened is one sentence`, async (t) => {
    const other = createServer().listen(0, '127.0.0.1')
    t.after(() => other.close())
    await once(other, 'listening')
    const address = other.address()
    const taken = { PORT: String(typeof address === 'object' ? address?.port : '') }
    for (const [variables, code] of [
      [taken, 'EADDRINUSE'],
      [{ HOST: '192.0.2.1' }, 'EADDRNOTAVAIL'],
    ] as const) {
      const { status, stdout, stderr } = start(t, variables)
      assert.deepEqual([status, stdout], [1, ''])
      assert.match(
        stderr,
        new RegExp(`^The application cannot listen \\(.*${code}.*\\): set another PORT or HOST in \\.env\\.\\n$`),
      )
    }
  })
}

test('next: what Countersign finds wrong has the name of the variable, and no stack trace', (t) => {
  const module = fileURLToPath(new URL('../templates/next/instrumentation.ts', import.meta.url))
  const script = `await (await import(${JSON.stringify(`file://${module}`)})).register()`
  const args = [...fastStart, '--conditions=source', '--env-file=.env', '--input-type=module', '--eval', script]
  const env = { TRUSTED_PROXIES: 'x', NEXT_RUNTIME: 'nodejs' }
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: newFolder(t), encoding: 'utf8', env })
  assert.equal(status, 1)
  assert.equal(stderr, 'TRUSTED_PROXIES must be IP addresses or CIDR ranges, such as 10.0.0.0/8\n')
})
