/** examples/openid-client: a program that logs its user in through a real Chromium. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPage } from '../support/browser.ts'
import { startExample } from '../support/example.ts'
import { logInAsTim } from '../support/login.ts'

test('openid-client: tim logs in through the browser, and the program greets him, renews and logs out', async (t) => {
  const cli = await startExample(t, 'openid-client')
  const { page, complaints } = await openPage(t)
  await page.goto(await cli.said(/(http\S+\/authorize\?\S+)/))
  await logInAsTim(page)
  await page.getByText('Close this window and go back to the terminal').waitFor()
  await cli.said(/^Hello, Tim Ruscica <tim@gmail\.com>\.$/m)
  await cli.said(/^Renewed: the new access token is good for 1800 seconds\.$/m)
  await cli.said(/^Logged out: the refresh token is revoked\.$/m)
  assert.equal(await cli.ended, 0)
  assert.deepEqual(complaints, [])
})

test('openid-client: a user who denies on the consent page sees a message in the terminal', async (t) => {
  const cli = await startExample(t, 'openid-client')
  const { page } = await openPage(t)
  await page.goto(await cli.said(/(http\S+\/authorize\?\S+)/))
  await logInAsTim(page, 'Don’t allow')
  await cli.said(/^Not logged in: the user denied the request\.$/m)
  assert.equal(await cli.ended, 1)
})
