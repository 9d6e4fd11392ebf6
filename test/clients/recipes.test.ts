/**
 * The recipes of docs/guides/other-libraries.md run as they stand: with Auth.js, better-auth and Passport, tim logs in, his name arrives in the
 * app, and so does what a guarded API has for him, before and after the access token is renewed.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createGuard } from '@countersign/guard'
import type { CountersignEvent } from 'countersign'
import type { Page } from 'playwright-core'
import type { Scope } from '../../packages/server/test/support/scope.ts'
import { openPage } from '../support/browser.ts'
import { type RunningExample, watch } from '../support/example.ts'
import { freePort } from '../support/free-port.ts'
import { startGuardedApi } from '../support/guarded-api.ts'
import { logInAsTim } from '../support/login.ts'
import { temporaryFolder } from '../support/process.ts'
import { samplesOf, writeSamples } from '../support/samples.ts'
import { clientSecret, notesAt, startIssuer } from './support/issuer.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const recipes = samplesOf('docs/guides/other-libraries.md').filter(({ path }) => path !== 'app.ts')
/** In seconds. */
const accessTokenLifetime = 60

/** Those of most readers. */
const compilerOptions = {
  target: 'es2024',
  lib: ['es2024', 'dom'],
  module: 'nodenext',
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  types: ['node'],
  customConditions: ['source'],
}

test('the recipes are the files of three apps, and compile', () => {
  const files = recipes.map(({ path }) => path)
  assert.deepEqual(files, ['tokens.ts', 'auth-js.ts', 'better-auth.ts', 'passport.ts'])
  const project = makeProject({ after })
  writeSamples(project, recipes)
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc], { cwd: project, encoding: 'utf8' })
  assert.equal(status, 0, stdout)
})

test('Auth.js: tim logs in, the API is called for him, and his logout revokes the tokens', async (t) => {
  const { origin, events, waitUntilTokensExpire } = await startRecipe(t, 'auth-js.ts', '/auth/callback/countersign')
  const { page } = await openPage(t)
  await page.goto(`${origin}/items`)
  await page.getByRole('button', { name: 'Sign in with Countersign' }).click()
  await logInAsTim(page)
  await seesItems(page, origin)

  waitUntilTokensExpire()
  await seesItems(page, origin)
  assert.ok(renewals(events) > 0)

  await page.goto(`${origin}/auth/signout`)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(`${origin}/`)
  assert.deepEqual(revocations(events), ['grant of tim', 'token of tim'])
  await page.goto(`${origin}/items`)
  await page.getByRole('button', { name: 'Sign in with Countersign' }).waitFor()
})

test('better-auth: tim logs in, and the API is called for him with a token that better-auth renews', async (t) => {
  const { project, origin, events } = await startRecipe(t, 'better-auth.ts', '/api/auth/callback/countersign')
  const { page } = await openPage(t)
  await page.goto(`${origin}/items`)
  await logInAsTim(page)
  await seesItems(page, origin)

  // The time of its process can't be set, but what it believes about its token can.
  const database = new DatabaseSync(join(project, 'notes.db'))
  assert.equal(
    database.prepare('update account set accessTokenExpiresAt = ?').run(new Date(0).toISOString()).changes,
    1,
  )
  database.close()
  await seesItems(page, origin)
  assert.ok(renewals(events) > 0)
})

test('Passport: tim logs in, the API is called for him, and his logout revokes the tokens', async (t) => {
  const { origin, events, waitUntilTokensExpire } = await startRecipe(t, 'passport.ts', '/callback')
  const { page } = await openPage(t)
  await page.goto(`${origin}/login`)
  await logInAsTim(page)
  await seesItems(page, origin)

  waitUntilTokensExpire()
  await seesItems(page, origin)
  assert.ok(renewals(events) > 0)

  await page.setContent(`<form method="post" action="${origin}/logout"><button>Log out</button></form>`)
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.waitForURL(`${origin}/`)
  assert.deepEqual(revocations(events), ['grant of tim', 'token of tim'])
})

interface Recipe {
  readonly project: string
  readonly origin: string
  readonly events: readonly CountersignEvent[]
  readonly waitUntilTokensExpire: () => void
}

/** Starts Countersign with the client of the recipe, the API that it calls, and the recipe in a process of its own. */
async function startRecipe(t: TestContext, path: string, callback: string): Promise<Recipe> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const events: CountersignEvent[] = []
  const { url, clock } = await startIssuer(t, [notesAt(`${origin}${callback}`)], {
    accessTokenExpireMinutes: accessTokenLifetime / 60,
    onEvent: (event) => void events.push(event),
  })
  // No token of the server is from the future for the app, also after its time has passed.
  clock.now -= accessTokenLifetime
  const api = await startGuardedApi(t, createGuard({ issuer: url, audience: url, now: () => clock.now }))
  const project = makeProject(t)
  writeSamples(project, recipes, (code) =>
    code
      .replaceAll('https://login.example.com', url)
      .replaceAll('https://notes.example.com', origin)
      .replaceAll('https://api.example.com', new URL(api.url).origin)
      .replaceAll('3000', String(port)),
  )
  const secret = 'a secret of the app in a test, long enough for anyone'
  const child = spawn(process.execPath, ['--conditions=source', path], {
    cwd: project,
    env: {
      NODE_ENV: 'production',
      CLIENT_SECRET: clientSecret,
      AUTH_SECRET: secret,
      AUTH_TRUST_HOST: 'true',
      BETTER_AUTH_SECRET: secret,
      SESSION_SECRET: secret,
    },
    detached: true,
  })
  await untilReady(watch(t, child), origin)
  const waitUntilTokensExpire = () => {
    clock.now += accessTokenLifetime
  }
  return { project, origin, events, waitUntilTokensExpire }
}

/** A project that can import what this repository depends on. */
function makeProject(scope: Scope): string {
  const project = temporaryFolder(scope)
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'), 'junction')
  return project
}

async function seesItems(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/items`)
  assert.deepEqual(JSON.parse(await page.innerText('body')), { user: 'Tim Ruscica', items: { subject: 'tim' } })
}

function renewals(events: readonly CountersignEvent[]): number {
  return events.filter(({ type }) => type === 'refreshed').length
}

function revocations(events: readonly CountersignEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'revoked' ? [`${event.what} of ${event.userId}`] : [])).toSorted()
}

/** Waits until the app responds, whatever it responds. */
async function untilReady(app: RunningExample, origin: string): Promise<void> {
  let hasEnded = false
  void app.ended.then(() => {
    hasEnded = true
  })
  while (true) {
    const response = await fetch(origin).catch(() => undefined)
    if (response) return void (await response.arrayBuffer())
    assert.ok(!hasEnded, app.output())
    await setTimeout(50)
  }
}
