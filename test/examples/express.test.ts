/** examples/express: a server-side web app with express-openid-connect, and a real Chromium as its browser. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPage } from '../support/browser.ts'
import { startExample } from '../support/example.ts'
import { logInAsTim } from '../support/login.ts'

test('express-openid-connect: tim logs in, sees the profile and logs out', async (t) => {
  const example = await startExample(t, 'express')
  const { page, complaints } = await openPage(t)
  const app = await example.said(/Photo Album is at (http\S+)\. /)
  await page.goto(`${app}/profile`)
  await logInAsTim(page)
  await page.getByRole('heading', { name: 'Tim Ruscica' }).waitFor()
  assert.equal(page.url(), `${app}/profile`)
  await page.getByText('tim@gmail.com').waitFor()

  await page.getByRole('link', { name: 'Log out' }).click()
  await page.waitForURL(`${app}/`)
  await page.getByRole('link', { name: 'Log in' }).click()
  await page.getByLabel('Username').waitFor()
  assert.deepEqual(complaints, [])
})

test('express-openid-connect: a user who logs out at Countersign is logged out of the app by back-channel', async (t) => {
  const example = await startExample(t, 'express')
  const issuer = await example.said(/ready at (http\S+)/)
  const { page, complaints } = await openPage(t)
  const app = await example.said(/Photo Album is at (http\S+)\. /)
  await page.goto(`${app}/profile`)
  await logInAsTim(page)
  await page.getByRole('heading', { name: 'Tim Ruscica' }).waitFor()

  await page.goto(`${issuer}/logout`)
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.waitForURL(`${issuer}/logout/confirm`)
  // The logout token is sent after the response, so it may arrive a moment later.
  do await page.goto(app)
  while ((await page.getByRole('link', { name: 'Log in' }).count()) === 0)
  assert.deepEqual(complaints, [])
})
