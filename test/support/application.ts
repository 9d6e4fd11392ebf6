/** An application that `npm create countersign` wrote, with the packed packages: what its user does with it. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openPage } from './browser.ts'
import { type RunningExample, watch } from './example.ts'
import { freePort } from './free-port.ts'
import { type Packed, unpack } from './packages.ts'

export interface Application {
  readonly project: string
  readonly origin: string
}

const { PATH, HOME } = process.env
const environment = { PATH, HOME, NEXT_TELEMETRY_DISABLED: '1' }

/** Runs the packed command in `folder`, which then has the folder `template`. The application gets a free port. */
export async function createApplication(folder: string, command: Packed, template: string): Promise<Application> {
  const unpacked = join(folder, 'create-countersign')
  unpack(command, unpacked)
  const args = [join(unpacked, 'dist/main.js'), template, '--template', template]
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: environment })
  assert.equal(status, 0, stderr)
  const project = join(folder, template)
  const port = String(await freePort())
  edit(project, '.env', 'PORT=3000', `PORT=${port}`)
  return { project, origin: `http://127.0.0.1:${port}` }
}

/** Replaces what stands once in a file of the application. */
export function edit(project: string, name: string, from: string, to: string): void {
  const file = join(project, name)
  const text = readFileSync(file, 'utf8')
  assert.equal(text.split(from).length, 2, `${name} has ${from}`)
  writeFileSync(file, text.replace(from, to))
}

/** Runs a script of its package.json until it exits, and returns what it printed. */
export function runScript({ project }: Application, script: string): string {
  return runInProject(project, ['--run', script])
}

/** The same for a script that may fail. One that goes on running ends after a minute, without a status. */
export function runUntilEnd({ project }: Application, script: string): { status: number | null; stderr: string } {
  const settings = { cwd: project, encoding: 'utf8', env: environment, timeout: 60_000 } as const
  return spawnSync(process.execPath, ['--run', script], settings)
}

/** `npx countersign`, with `input` on standard input. */
export function runCountersign({ project }: Application, args: readonly string[], input = ''): string {
  return runInProject(project, [join('node_modules', 'countersign', 'dist/cli/main.js'), ...args], input)
}

function runInProject(project: string, args: readonly string[], input = ''): string {
  const settings = { cwd: project, encoding: 'utf8', env: environment, input } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, args, settings)
  assert.equal(status, 0, `${args.join(' ')}\n${stdout}${stderr}`)
  return stdout
}

/** `npm start`; stopped when the test ends. */
export function startApplication(t: TestContext, { project }: Application): RunningExample {
  return watch(t, spawn(process.execPath, ['--run', 'start'], { cwd: project, env: environment, detached: true }))
}

/** A user logs in through the browser, sees what the guarded route returns, and after `users disable` nothing more. */
export async function logInAndDisable(t: TestContext, application: Application): Promise<void> {
  const { origin } = application
  runCountersign(application, ['migrate'])
  const added = runCountersign(application, ['users', 'add', 'tim'], 'a password of tim\n')
  const id = /with the id (\S+)\./.exec(added)?.[1]
  assert.equal((await fetch(`${origin}/api/notes`)).status, 401)

  const { page } = await openPage(t)
  await page.goto(origin)
  await page.getByRole('link', { name: 'Log in' }).click()
  await page.getByLabel('Username').fill('tim')
  await page.getByLabel('Password').fill('a password of tim')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByText(`This note belongs to the user ${id}.`).waitFor()
  assert.equal(page.url(), `${origin}/notes`)

  runCountersign(application, ['users', 'disable', 'tim'])
  // The guard reads the list of revoked tokens every second.
  while (page.url() === `${origin}/notes`) {
    await page.waitForTimeout(200)
    await page.goto(`${origin}/notes`)
  }
  assert.match(page.url(), /\/auth\/login\?/)
  assert.ok(await page.getByLabel('Username').isVisible())
}
