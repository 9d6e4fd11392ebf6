/** examples/web-app: @countersign/client/server on Hono, and a real Chromium as its browser. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPage } from '../support/browser.ts'
import { startExample } from '../support/example.ts'
import { logInAsTim } from '../support/login.ts'

test('@countersign/client/server: tim logs in without JavaScript, sees his items, and logs out', async (t) => {
  const example = await startExample(t, 'web-app')
  const { page, complaints } = await openPage(t, { width: 375, height: 720, javaScript: false })
  const app = await example.said(/web app is at (http\S+)\. /)
  await page.goto(app)
  await page.getByRole('link', { name: 'Log in' }).click()
  await logInAsTim(page)
  await page.getByRole('heading', { name: 'Your items' }).waitFor()
  assert.equal(page.url(), `${app}/items`)
  await page.getByRole('listitem').filter({ hasText: 'Item 1' }).waitFor()

  const cookies = (await page.context().cookies()).filter(({ name }) => name.startsWith('web-login'))
  assert.deepEqual(
    cookies.map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite })),
    [{ name: 'web-login', httpOnly: true, sameSite: 'Lax' }],
  )
  await page.getByRole('link', { name: 'Back' }).click()
  await page.getByRole('heading', { name: 'Hello, Tim Ruscica' }).waitFor()
  await page.getByText('tim@gmail.com').waitFor()

  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByRole('link', { name: 'Log in' }).waitFor()
  assert.equal(page.url(), `${app}/`)
  await page.goto(`${app}/items`)
  await page.getByLabel('Username').waitFor()
  assert.deepEqual(complaints, [])
})

test('@countersign/client/server: a page that requires a login is shown after the login, and scripts see no cookie', async (t) => {
  const example = await startExample(t, 'web-app')
  const { page, complaints } = await openPage(t)
  const app = await example.said(/web app is at (http\S+)\. /)
  await page.goto(`${app}/items`)
  await logInAsTim(page)
  await page.getByRole('listitem').filter({ hasText: 'Item 1' }).waitFor()
  assert.equal(page.url(), `${app}/items`)
  assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'))
  assert.equal(await page.evaluate('document.cookie'), '')
  assert.deepEqual(complaints, [])
})

test('@countersign/client/server: a page of another site cannot log tim out', async (t) => {
  const example = await startExample(t, 'web-app')
  const { page } = await openPage(t)
  const app = await example.said(/web app is at (http\S+)\. /)
  await page.goto(`${app}/items`)
  await logInAsTim(page)
  await page.getByRole('listitem').filter({ hasText: 'Item 1' }).waitFor()

  const trap = `<form method="post" action="${app}/auth/logout"><button>Win a prize</button></form>`
  await page.goto(`data:text/html,${encodeURIComponent(trap)}`)
  const response = page.waitForResponse(`${app}/auth/logout`)
  await page.getByRole('button', { name: 'Win a prize' }).click()
  assert.equal((await response).status(), 403)
  await page.goto(app)
  await page.getByRole('heading', { name: 'Hello, Tim Ruscica' }).waitFor()
})

test('@countersign/client/server: a user who denies sees a message, and can try again', async (t) => {
  const example = await startExample(t, 'web-app')
  const { page } = await openPage(t)
  await page.goto(await example.said(/web app is at (http\S+)\. /))
  await page.getByRole('link', { name: 'Log in' }).click()
  await logInAsTim(page, 'Don’t allow')
  await page.getByRole('heading', { name: 'The login was cancelled' }).waitFor()
  await page.getByRole('link', { name: 'Log in again' }).click()
  await page.getByRole('button', { name: 'Allow', exact: true }).waitFor()
})
