/** examples/browser-app: @countersign/client in a real Chromium. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPage } from '../support/browser.ts'
import { startExample } from '../support/example.ts'
import { logInAsTim } from '../support/login.ts'

test('@countersign/client: tim logs in, sees his items, reloads, and logs out', async (t) => {
  const example = await startExample(t, 'browser-app')
  const { page, complaints } = await openPage(t, { width: 375, height: 720 })
  const app = await example.said(/browser app is at (http\S+)\. /)
  await page.goto(app)
  await page.getByRole('button', { name: 'Log in' }).click()
  await logInAsTim(page)

  await page.getByRole('heading', { name: 'Hello, Tim Ruscica' }).waitFor()
  await page.getByRole('listitem').filter({ hasText: 'Item 1' }).waitFor()
  // The URL no longer has the response, so that no bookmark has it and a reload does not send it again.
  assert.equal(page.url(), `${app}/`)
  await page.getByRole('button', { name: 'Load again' }).click()
  await page.getByRole('status').filter({ hasText: 'Loaded at' }).waitFor()
  await page.reload()
  await page.getByRole('listitem').filter({ hasText: 'Item 1' }).waitFor()
  assert.ok(await page.evaluate('document.documentElement.scrollWidth <= 375'))

  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByRole('button', { name: 'Log in' }).waitFor()
  assert.equal(page.url(), `${app}/`)
  assert.equal(await page.evaluate('sessionStorage.length'), 0)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByLabel('Username').waitFor()
  assert.deepEqual(complaints, [])
})

test('@countersign/client: a user who denies sees a message, and can try again', async (t) => {
  const example = await startExample(t, 'browser-app')
  const { page } = await openPage(t)
  await page.goto(await example.said(/browser app is at (http\S+)\. /))
  await page.getByRole('button', { name: 'Log in' }).click()
  await logInAsTim(page, 'Don’t allow')
  await page.getByRole('status').filter({ hasText: 'access_denied' }).waitFor()
  await page.getByRole('button', { name: 'Log in' }).waitFor()
})

test('@countersign/client: the access token is renewed before it expires, without a page', async (t) => {
  const example = await startExample(t, 'browser-app', { ACCESS_TOKEN_EXPIRE_MINUTES: '1' })
  const { page, complaints } = await openPage(t)
  await page.clock.install()
  await page.goto(await example.said(/browser app is at (http\S+)\. /))
  await page.getByRole('button', { name: 'Log in' }).click()
  await logInAsTim(page)
  await page.getByRole('listitem').filter({ hasText: 'Item 1' }).waitFor()
  await page.clock.fastForward('00:56')
  const renewal = page.waitForResponse((response) => response.request().postData()?.includes('refresh_token') === true)
  await page.getByRole('button', { name: 'Load again' }).click()
  assert.equal((await renewal).status(), 200)
  await page.getByRole('status').filter({ hasText: 'Loaded at' }).waitFor()
  assert.deepEqual(complaints, [])
})
