/**
 * The samples of docs/guides/embed.md, in a project made of the packed packages: in each framework a user is created by the handle, logs in
 * through a real browser, calls a guarded route, and is rejected after a revocation.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openPage } from '../support/browser.ts'
import { type RunningExample, watch } from '../support/example.ts'
import { freePort } from '../support/free-port.ts'
import { copyInstalledServer } from '../support/packages.ts'
import { temporaryFolder } from '../support/process.ts'
import { type Sample, samplesOf, writeSamples } from '../support/samples.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = 'docs/guides/embed.md'
const samples = samplesOf(page)
const text = readFileSync(join(root, page), 'utf8')
const { PATH, HOME } = process.env
const environment = { PATH, HOME }

const folder = temporaryFolder({ after })
const project = join(folder, 'project')
// What the guide installs for each framework.
const frameworks = [...text.matchAll(/^\*\*[^`\n]*`npm install ([^`]+)`\. `server\.ts`/gm)].flatMap(([, names = '']) =>
  names.split(' '),
)
copyInstalledServer(project, frameworks)

/** The first sample of a file, or that of a framework. */
function sample(path: string, paragraph = /^/): Sample {
  const found = samples.find((one) => one.path === path && paragraph.test(one.paragraph))
  assert.ok(found, `${page} has no ${path} ${paragraph}`)
  return found
}

const common = ['auth.ts', 'add-user.ts', 'guard.ts', 'revoke.ts'].map((path) => sample(path))
const servers: Readonly<Record<string, Sample>> = {
  Hono: sample('server.ts', /^\*\*Hono/),
  Express: sample('server.ts', /^\*\*Express/),
  Fastify: sample('server.ts', /^\*\*Fastify/),
  'node:http': sample('server.ts', /^\*\*`node:http`/),
}

for (const [name, file] of Object.entries(servers)) {
  test(`${name}: a user logs in, calls the guarded route, and is rejected after a revocation`, async (t) => {
    const port = await freePort()
    const origin = `http://127.0.0.1:${port}`
    const application = join(project, name.replace(':', '-'))
    writeSamples(application, [...common, file], (code) => code.replaceAll('3000', String(port)))
    makeSecret(application)
    run(application, 'add-user.ts')
    assert.equal(await untilReady(start(t, application), origin), 'my application')
    assert.equal((await fetch(`${origin}/notes`)).status, 401)

    const token = await logIn(t, origin)
    const notes = () => fetch(`${origin}/notes`, { headers: { authorization: `Bearer ${token}` } })
    const response = await notes()
    assert.equal(response.status, 200)
    assert.match(await response.text(), /^\{"notesOf":"[0-9a-f-]{36}"\}$/)

    assert.equal(run(application, 'revoke.ts'), 'revoked 1\n')
    let status = 200
    while (status === 200) {
      await new Promise((resolve) => setTimeout(resolve, 200))
      status = (await notes()).status
    }
    assert.equal(status, 401)
  })
}

test('the samples compile', () => {
  const applications: Readonly<Record<string, readonly Sample[]>> = {
    ...Object.fromEntries(Object.entries(servers).map(([name, file]) => [name.replace(':', '-'), [...common, file]])),
    bun: [sample('auth.ts'), sample('server.ts', /^\*\*Bun/)],
    deno: [sample('auth.ts'), sample('server.ts', /^\*\*Deno/)],
    next: [sample('auth.ts', /^\*\*Next/), sample('app/auth/[...path]/route.ts'), sample('app/api/notes/route.ts')],
  }
  const compiled = join(project, 'compiled')
  for (const [name, files] of Object.entries(applications)) {
    const declared = files.map((one) => ({ ...one, code: `${one.declarations}\n${one.code}` }))
    writeSamples(join(compiled, name), declared)
  }
  symlinkSync(join(root, 'node_modules/@types'), join(compiled, 'node_modules-types'), 'junction')
  const configuration = {
    compilerOptions: {
      target: 'es2024',
      lib: ['es2024'],
      module: 'esnext',
      moduleResolution: 'bundler',
      types: ['node'],
      typeRoots: ['./node_modules-types'],
      paths: { express: ['./node_modules-types/express'] },
      strict: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      noEmit: true,
    },
  }
  writeFileSync(join(compiled, 'tsconfig.json'), JSON.stringify(configuration))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc], { cwd: compiled, encoding: 'utf8' })
  assert.equal(status, 0, stdout)
})

test('the program of the README starts, and rejects requests without a token', async (t) => {
  const port = await freePort()
  const application = join(project, 'readme')
  const [program] = samplesOf('README.md').filter(({ path }) => path === 'server.ts')
  assert.ok(program)
  assert.equal(program.code.split('\n').filter((line) => line !== '').length, 12)
  writeSamples(application, [program], (code) => code.replaceAll('3000', String(port)))
  makeSecret(application)
  const origin = `http://127.0.0.1:${port}`
  await untilReady(start(t, application), origin)
  assert.equal((await fetch(`${origin}/auth/.well-known/openid-configuration`)).status, 200)
  assert.equal((await fetch(`${origin}/me`)).status, 401)
})

/** By the command of the guide, which prints the line of `.env`. */
function makeSecret(application: string): void {
  const [, expression = ''] = /^node -p "(.*)" > \.env$/m.exec(text) ?? []
  writeFileSync(join(application, '.env'), runNode(application, ['-p', expression]))
}

function run(application: string, file: string): string {
  return runNode(application, ['--env-file=.env', file])
}

function runNode(application: string, args: readonly string[]): string {
  const settings = { cwd: application, encoding: 'utf8', env: environment } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, args, settings)
  assert.equal(status, 0, stdout + stderr)
  return stdout
}

/** Stopped when the test ends. */
function start(t: TestContext, application: string): RunningExample {
  const args = ['--env-file=.env', 'server.ts']
  return watch(t, spawn(process.execPath, args, { cwd: application, env: environment, detached: true }))
}

/** The text of the program's own page, once it accepts connections. */
async function untilReady({ ended, output }: RunningExample, origin: string): Promise<string> {
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  while (!isOver) {
    try {
      return await (await fetch(origin)).text()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  throw new Error(`the program ended: ${output()}`)
}

/** Logs tim in through the browser, and exchanges the code as the client `app` would. */
async function logIn(t: TestContext, origin: string): Promise<string> {
  const verifier = 'a verifier of the tests, which is long enough'.replaceAll(/[ ,]/g, '-')
  const redirectUri = `${origin}/callback`
  const parameters = new URLSearchParams({
    client_id: 'app',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'notes',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const { page: browser } = await openPage(t)
  await browser.goto(`${origin}/auth/authorize?${parameters}`)
  await browser.getByLabel('Username').fill('tim')
  await browser.getByLabel('Password').fill('a long password')
  await browser.getByRole('button', { name: 'Log in' }).click()
  await browser.waitForURL(`${redirectUri}?*`)
  const code = new URL(browser.url()).searchParams.get('code') ?? ''
  const form = { grant_type: 'authorization_code', client_id: 'app', redirect_uri: redirectUri, code }
  const body = new URLSearchParams({ ...form, code_verifier: verifier })
  const response = await fetch(`${origin}/auth/token`, { method: 'POST', body })
  const { access_token: token } = JSON.parse(await response.text())
  assert.equal(typeof token, 'string')
  return token
}
