/** Swagger UI in a real Chromium: Authorize with tim / tim1234, then Execute. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openPage } from '../support/browser.ts'
import { startCommand, temporaryFolder } from '../support/process.ts'
import { contrasts } from '../support/readability.ts'

/** Shared by all tests: none changes its state. */
const dev = await startCommand({ after }, ['dev'], { DATA_DIR: temporaryFolder({ after }) })

test('Authorize logs tim in, and Execute on /users/me/ returns tim', async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(`${dev.origin}/docs`)

  await page.getByRole('button', { name: 'Authorize' }).first().click()
  const dialog = page.locator('.modal-ux')
  await dialog.locator('#oauth_username').fill('tim')
  await dialog.locator('#oauth_password').fill('tim1234')
  await dialog.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  await dialog.getByRole('button', { name: 'Remove authorization' }).waitFor()
  await dialog.getByRole('button', { name: 'Close', exact: true }).click()

  for (const [path, expected] of [
    ['/users/me/', '"username": "tim"'],
    ['/users/me/items/', '"item_id": 1'],
  ] as const) {
    const operation = page.locator('.opblock', { has: page.locator(`[data-path="${path}"]`) })
    await operation.locator('.opblock-summary-control').click()
    await operation.getByRole('button', { name: 'Try it out' }).click()
    await operation.getByRole('button', { name: 'Execute' }).click()
    const response = operation.locator('.live-responses-table .response').first()
    await response.waitFor()
    assert.match(await response.innerText(), /^200/)
    assert.ok((await response.innerText()).includes(expected), await response.innerText())
  }
  assert.deepEqual(complaints, [])
  if (process.env['SCREENSHOTS']) await page.screenshot({ path: `${process.env['SCREENSHOTS']}/docs.png` })
})

test('the dialog shows that a password is wrong', async (t) => {
  const { page } = await openPage(t)
  await page.goto(`${dev.origin}/docs`)
  await page.getByRole('button', { name: 'Authorize' }).first().click()
  const dialog = page.locator('.modal-ux')
  await dialog.locator('#oauth_username').fill('tim')
  await dialog.locator('#oauth_password').fill('not this one')
  await dialog.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  await dialog.locator('.errors').waitFor()
  assert.match(await dialog.locator('.errors').innerText(), /auth error/i)
})

test('in both colour schemes every text is readable, and every field has a name', async (t) => {
  const { page } = await openPage(t)
  await page.goto(`${dev.origin}/docs`)
  // One operation of each kind: with a form, a query, a token, and none of them.
  for (const path of ['/token', '/authorize', '/users/me/', '/userinfo', '/revocations', '/.well-known/jwks.json']) {
    const operations = page.locator('.opblock', { has: page.locator(`[data-path="${path}"]`) })
    // Swagger UI draws them after the page is loaded, and all() waits for none.
    await operations.first().waitFor()
    for (const operation of await operations.locator('.opblock-summary-control').all()) await operation.click()
  }
  await page.getByRole('button', { name: 'Try it out' }).first().click()
  await page.getByRole('textbox', { name: 'username' }).waitFor()
  await page.getByRole('combobox', { name: 'grant_type' }).waitFor()
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Authorize' }).first().click()
  for (const [colorScheme, isDark] of [
    ['light', false],
    ['dark', true],
  ] as const) {
    await page.emulateMedia({ colorScheme })
    // A locator, since the policy of the page lets no text be evaluated again and again.
    await page.locator(isDark ? 'html.dark-mode' : 'html:not(.dark-mode)').waitFor()
    // Swagger UI's buttons change their colours slowly.
    await page.evaluate('for (const change of document.getAnimations()) change.finish()')
    const [least] = await page.evaluate<{ text: string; contrast: number }[]>(contrasts)
    assert.ok(least && least.contrast >= 4.5, `${colorScheme}: ${JSON.stringify(least)}`)
    if (process.env['SCREENSHOTS']) {
      await page.screenshot({ path: `${process.env['SCREENSHOTS']}/docs-${colorScheme}.png` })
    }
  }
})
