/** The reference that error_uri links to, and the page of an unknown path, in a real Chromium. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openPage, type View } from '../support/browser.ts'
import { startCommand, temporaryFolder } from '../support/process.ts'

/** Shared by all tests: none changes its state. */
const dev = await startCommand({ after }, ['dev'], { DATA_DIR: temporaryFolder({ after }) })

test('the error_uri of a response links to its entry', async (t) => {
  const response = await fetch(`${dev.origin}/users/me`)
  const { error_uri: uri } = JSON.parse(await response.text())
  const { page, complaints } = await openPage(t, { javaScript: false })
  await page.goto(uri)
  assert.match(await page.locator(':target').innerText(), /token_missing[\s\S]*Log in first/)
  assert.ok(await page.locator(':target').isVisible())
  assert.deepEqual(complaints, [])
})

const views: readonly (View & { readonly name: string })[] = [
  { name: 'errors-wide-light', width: 1280 },
  { name: 'errors-wide-dark', width: 1280, colorScheme: 'dark' },
  { name: 'errors-narrow-light', width: 375 },
  { name: 'errors-narrow-dark', width: 375, colorScheme: 'dark' },
]
for (const view of views) {
  test(`${view.name}: nothing is cut off`, async (t) => {
    const { page } = await openPage(t, view)
    const folder = process.env['SCREENSHOTS']
    for (const path of ['/errors#parameter_missing', '/nowhere']) {
      await page.goto(`${dev.origin}${path}`)
      assert.ok(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'))
      if (folder) await page.screenshot({ path: `${folder}/${view.name}${path.replaceAll(/\W/g, '-')}.png` })
    }
    await page.goto(`${dev.origin}/errors`)
    if (folder) await page.screenshot({ path: `${folder}/${view.name}.png` })
  })
}
