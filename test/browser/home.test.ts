/** The home page of `countersign dev` in a real Chromium; `pages.test.ts` has that of `serve`. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openPage, type View } from '../support/browser.ts'
import { startCommand, temporaryFolder } from '../support/process.ts'
import { contrasts, smallTargets } from '../support/readability.ts'

/** Shared by all tests: none changes its state. */
const dev = await startCommand({ after }, ['dev'], { DATA_DIR: temporaryFolder({ after }) })

test('a developer goes from the home page to the demo app, and back', async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(dev.origin)
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Demo app' }).click()
  await page.getByRole('heading', { name: 'Log in with Countersign' }).waitFor()
  await page.goBack()
  await page.getByRole('heading', { name: 'Countersign is running' }).waitFor()
  assert.deepEqual(complaints, [])
})

test('one click selects a whole block of code', async (t) => {
  const { page } = await openPage(t, { javaScript: false })
  await page.goto(dev.origin)
  const block = page.locator('pre', { hasText: 'createGuard' })
  await block.click()
  assert.equal(await page.evaluate('String(getSelection()).trim()'), (await block.innerText()).trim())
})

const views: readonly (View & { readonly name: string })[] = [
  { name: 'home-wide-light', width: 1280 },
  { name: 'home-wide-dark', width: 1280, colorScheme: 'dark' },
  { name: 'home-narrow-light', width: 375 },
  { name: 'home-narrow-dark', width: 375, colorScheme: 'dark' },
]
for (const view of views) {
  test(`${view.name}: the page fits, is readable and large enough to press`, async (t) => {
    const { page, complaints } = await openPage(t, view)
    await page.goto(dev.origin)
    assert.ok(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'))
    const [least] = await page.evaluate<{ text: string; contrast: number }[]>(contrasts)
    assert.ok(least && least.contrast >= 4.5, JSON.stringify(least))
    assert.deepEqual(await page.evaluate(smallTargets), [])
    const folder = process.env['SCREENSHOTS']
    if (folder) await page.screenshot({ path: `${folder}/${view.name}.png`, fullPage: true })
    assert.deepEqual(complaints, [])
  })
}
