/** The demo app of `countersign dev`, in a real Chromium: login, refresh, userinfo, logout. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { openPage, type View } from '../support/browser.ts'
import { logInAsTim } from '../support/login.ts'
import { startCommand, temporaryFolder } from '../support/process.ts'

async function openDemo(t: TestContext, view: View = {}) {
  const dev = await startCommand(t, ['dev'], { DATA_DIR: temporaryFolder(t) })
  const viewed = await openPage(t, view)
  await viewed.page.goto(`${dev.origin}/demo`)
  return { ...viewed, origin: dev.origin }
}

async function jsonOf(page: Page, id: string) {
  return JSON.parse(await page.locator(`#${id}`).innerText())
}

test('tim logs in, sees the claims and userinfo, refreshes, reloads and logs out', async (t) => {
  const { page, complaints, origin } = await openDemo(t)
  await page.getByRole('button', { name: 'Log in' }).click()
  await logInAsTim(page)

  await page.getByRole('heading', { name: 'Hello, Tim Ruscica' }).waitFor()
  assert.equal(page.url(), `${origin}/demo`)
  await page.locator('#userinfo:not(:empty)').waitFor()
  assert.equal((await jsonOf(page, 'id-token')).iss, origin)
  assert.equal((await jsonOf(page, 'userinfo')).email, 'tim@gmail.com')
  assert.equal((await jsonOf(page, 'access-token')).scope, 'openid profile email')

  const before = await jsonOf(page, 'response')
  await page.getByRole('button', { name: 'Refresh' }).click()
  await page.getByText('New tokens, issued at').waitFor()
  assert.notEqual((await jsonOf(page, 'response')).refresh_token, before.refresh_token)
  await page.reload()
  await page.getByRole('heading', { name: 'Hello, Tim Ruscica' }).waitFor()

  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByRole('heading', { name: 'Log in with Countersign' }).waitFor()
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByLabel('Username').waitFor()
  assert.deepEqual(complaints, [])
})

test('the page shows access_denied from the consent page, and a response to a login that it did not start', async (t) => {
  const { page, complaints, origin } = await openDemo(t)
  await page.getByRole('button', { name: 'Log in' }).click()
  await logInAsTim(page, 'Don’t allow')
  assert.match(await page.getByRole('alert').innerText(), /^access_denied: /)
  assert.equal(page.url(), `${origin}/demo`)

  await page.goto(`${origin}/demo?code=a-code&state=planted&iss=${origin}`)
  assert.match(await page.getByRole('alert').innerText(), /does not belong to a login that this page started/)
  assert.deepEqual(complaints, [])
})

test('under another host name of this machine it redirects to its registered URL', async (t) => {
  const { page, origin } = await openDemo(t)
  await page.goto(`${origin.replace('127.0.0.1', 'localhost')}/demo`)
  await page.waitForURL(`${origin}/demo`)
})

const views: readonly (View & { readonly name: string })[] = [
  { name: 'demo-wide-light', width: 1280 },
  { name: 'demo-wide-dark', width: 1280, colorScheme: 'dark' },
  { name: 'demo-narrow-light', width: 375 },
  { name: 'demo-narrow-dark', width: 375, colorScheme: 'dark' },
]
for (const view of views) {
  test(`${view.name}: nothing is cut off`, async (t) => {
    const { page } = await openDemo(t, view)
    const folder = process.env['SCREENSHOTS']
    const look = async (name: string) => {
      assert.ok(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'))
      if (folder) await page.screenshot({ path: `${folder}/${view.name}-${name}.png`, fullPage: true })
    }
    await page.getByRole('button', { name: 'Log in' }).waitFor()
    await look('logged-out')
    await page.getByRole('button', { name: 'Log in' }).click()
    await logInAsTim(page)
    await page.locator('#userinfo:not(:empty)').waitFor()
    await look('logged-in')
  })
}
