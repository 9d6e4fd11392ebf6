/** examples/single-page-app: oidc-client-ts in a real Chromium. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPage } from '../support/browser.ts'
import { startExample } from '../support/example.ts'
import { logInAsTim } from '../support/login.ts'

test('oidc-client-ts: tim logs in, the app renews by refresh token and in a frame, and tim logs out', async (t) => {
  const example = await startExample(t, 'single-page-app')
  const { page, complaints } = await openPage(t)
  const app = await example.said(/single-page app is at (http\S+)\. /)
  await page.goto(app)
  await page.getByRole('button', { name: 'Log in' }).click()
  await logInAsTim(page)

  const status = page.getByRole('status')
  await status.filter({ hasText: 'The access token is good until' }).waitFor()
  assert.equal(page.url(), `${app}/`)
  const profile = JSON.parse(await page.locator('#profile').innerText())
  assert.equal(profile.name, 'Tim Ruscica')
  assert.equal(profile.email, 'tim@gmail.com')

  await page.getByRole('button', { name: 'Renew', exact: true }).click()
  await status.filter({ hasText: 'Renewed. ' }).waitFor()
  await page.getByRole('button', { name: 'Renew in a frame' }).click()
  await status.filter({ hasText: 'Renewed in a frame.' }).waitFor()
  await page.reload()
  await status.filter({ hasText: 'The access token is good until' }).waitFor()

  await page.getByRole('button', { name: 'Log out' }).click()
  await status.filter({ hasText: 'You are logged out.' }).waitFor()
  assert.equal(page.url(), `${app}/`)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByLabel('Username').waitFor()
  assert.deepEqual(complaints, [])
})

test('oidc-client-ts: renews by itself before the access token expires', async (t) => {
  const example = await startExample(t, 'single-page-app', { ACCESS_TOKEN_EXPIRE_MINUTES: '1' })
  const { page, complaints } = await openPage(t)
  await page.goto(await example.said(/single-page app is at (http\S+)\. /))
  await page.getByRole('button', { name: 'Log in' }).click()
  const renewal = page.waitForResponse((response) => response.request().postData()?.includes('refresh_token') === true)
  await logInAsTim(page)
  assert.equal((await renewal).status(), 200)
  assert.deepEqual(complaints, [])
})
