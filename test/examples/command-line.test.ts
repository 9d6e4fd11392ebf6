/** examples/command-line: a program whose user logs in once, through a real Chromium. */
import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openPage } from '../support/browser.ts'
import { startExample } from '../support/example.ts'
import { freePort } from '../support/free-port.ts'
import { logInAsTim } from '../support/login.ts'
import { temporaryFolder } from '../support/process.ts'

/** The program opens no browser of its own: the test has one. */
const overSsh = { SSH_TTY: '/dev/pts/0' }

test('command-line: tim logs in once, is still logged in at the second run, and must log in again after a logout', async (t) => {
  const settings = temporaryFolder(t)
  // All runs have the same issuer, so they have the same port.
  const port = String(await freePort())
  const environment = { PORT: port, DATA_DIR: temporaryFolder(t), XDG_CONFIG_HOME: settings, ...overSsh }
  const hello = /^Hello, Tim Ruscica\. Your items: 1\.$/m

  const first = await startExample(t, 'command-line', environment)
  const { page, complaints } = await openPage(t)
  await page.goto(await first.said(/(http\S+\/authorize\?\S+)/))
  await logInAsTim(page)
  await page.getByRole('heading', { name: 'You are logged in' }).waitFor()
  await first.said(hello)
  assert.equal(await first.ended, 0)
  assert.deepEqual(complaints, [])

  const [file = ''] = readdirSync(join(settings, 'items-cli'))
  assert.equal(statSync(join(settings, 'items-cli', file)).mode & 0o777, 0o600)

  const second = await startExample(t, 'command-line', environment)
  await second.said(hello)
  assert.equal(await second.ended, 0)
  assert.doesNotMatch(second.output(), /\/authorize/)

  const logout = await startExample(t, 'command-line', environment, ['logout'])
  await logout.said(/^Logged out\.$/m)
  assert.equal(await logout.ended, 0)

  const third = await startExample(t, 'command-line', environment)
  await third.said(/(http\S+\/authorize\?\S+)/)
})

test('command-line: a user who denies on the consent page sees a message in the terminal and in the browser', async (t) => {
  const environment = { XDG_CONFIG_HOME: temporaryFolder(t), ...overSsh }
  const cli = await startExample(t, 'command-line', environment)
  const { page } = await openPage(t)
  await page.goto(await cli.said(/(http\S+\/authorize\?\S+)/))
  await logInAsTim(page, 'Don’t allow')
  await page.getByRole('heading', { name: 'Not logged in' }).waitFor()
  await cli.said(/^Not done: The issuer responds to the login with access_denied/m)
  assert.equal(await cli.ended, 1)
})
