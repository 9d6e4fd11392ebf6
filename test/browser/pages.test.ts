/** How the pages of a login look, in a real Chromium under the policy that they are served with. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languages } from '../../packages/server/src/pages/language.ts'
import {
  consentOf,
  filledPages,
  plainBrand,
  plainFrame,
  typicalPages,
} from '../../packages/server/test/support/pages.ts'
import { openPage, type View } from '../support/browser.ts'
import { contrasts, smallTargets } from '../support/readability.ts'
import { servePages } from '../support/served-pages.ts'

const views: readonly (View & { readonly name: string })[] = [
  { name: 'narrow-light', width: 375, height: 760 },
  { name: 'narrow-dark', width: 375, height: 760, colorScheme: 'dark' },
  { name: 'wide-light', width: 1280 },
  { name: 'wide-dark', width: 1280, colorScheme: 'dark' },
]

for (const view of views) {
  for (const language of languages) {
    test(`${view.name}, ${language}: every page fits, is readable and large enough to press`, async (t) => {
      const pages = typicalPages({ ...plainFrame, language })
      const { origin } = await servePages(t, pages)
      const { page, complaints } = await openPage(t, view)
      await page.route('**/form-post.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }))
      for (const name of Object.keys(pages)) {
        await page.goto(`${origin}/${name}`)
        for (const summary of await page.locator('summary').all()) await summary.click()
        assert.ok(
          await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'),
          `${name} is too wide`,
        )
        const [least] = await page.evaluate<{ text: string; contrast: number }[]>(contrasts)
        assert.ok(least && least.contrast >= 4.5, `${name}: ${JSON.stringify(least)}`)
        assert.deepEqual(await page.evaluate(smallTargets), [], name)
        const folder = process.env['SCREENSHOTS']
        const path = `${folder}/pages-${name}-${language}-${view.name}.png`
        if (folder) await page.screenshot({ path, fullPage: true })
      }
      assert.deepEqual(complaints, [])
    })
  }
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const accent of ['#ffd400', '#0a1f44', '#777777', '#ff5a5f']) {
    test(`${colorScheme}: a brand's ${accent} keeps every text readable`, async (t) => {
      const brand = { ...plainBrand, name: 'Acme', accent }
      const pages = typicalPages({ ...plainFrame, brand })
      const { origin } = await servePages(t, pages, brand)
      const { page } = await openPage(t, { colorScheme })
      for (const name of ['login', 'consent']) {
        await page.goto(`${origin}/${name}`)
        const [least] = await page.evaluate<{ text: string; contrast: number }[]>(contrasts)
        assert.ok(least && least.contrast >= 4.5, `${name}: ${JSON.stringify(least)}`)
        const folder = process.env['SCREENSHOTS']
        if (folder) await page.screenshot({ path: `${folder}/brand-${name}-${accent.slice(1)}-${colorScheme}.png` })
      }
    })
  }
}

test('the logo of the brand is visible without a size of its own, and a wide one is not cut', async (t) => {
  const logos = { '/square.svg': '0 0 40 40', '/wide.svg': '0 0 900 40' }
  const drawn: { width: number; height: number }[] = []
  for (const [logoUri, viewBox] of Object.entries(logos)) {
    const brand = { ...plainBrand, logoUri, logoDarkUri: logoUri }
    const { origin } = await servePages(t, typicalPages({ ...plainFrame, brand }), brand)
    const { page } = await openPage(t)
    const body = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${viewBox}"/>`
    await page.route(`**${logoUri}`, (route) => route.fulfill({ contentType: 'image/svg+xml', body }))
    await page.goto(`${origin}/login`)
    const logo = await page.getByRole('img', { name: brand.name }).boundingBox()
    assert.ok(logo, logoUri)
    drawn.push({ width: logo.width, height: logo.height })
  }
  // 2 rem high; at most 10 rem wide.
  assert.deepEqual(drawn, [
    { width: 32, height: 32 },
    { width: 160, height: 32 },
  ])
})

test('with six scopes Allow can be seen without scrolling, on small screens too', async (t) => {
  const scopes = ['openid', 'profile', 'email', 'phone', 'address', 'offline_access']
  const pages = Object.fromEntries(
    languages.map((language) => [language, consentOf({ ...plainFrame, language }, scopes)]),
  )
  const { origin } = await servePages(t, pages)
  const { page } = await openPage(t)
  for (const size of [
    { width: 390, height: 664 },
    { width: 320, height: 568 },
    { width: 1280, height: 720 },
  ]) {
    await page.setViewportSize(size)
    for (const language of languages) {
      await page.goto(`${origin}/${language}`)
      const box = await page.locator('#allow').boundingBox()
      assert.ok(
        box && box.y >= 0 && box.y + box.height <= size.height,
        `${language} ${size.width}: ${JSON.stringify(box)}`,
      )
    }
  }
})

const polyglot = `"'></title></textarea></script><svg/onload=alert(1)><img src=x onerror=alert(2)>javascript:alert(3)//\u202e`

test('I8 a page filled with scripts runs none of them and shows them as text', async (t) => {
  const pages = filledPages(plainFrame, { text: polyglot, address: `javascript:alert(4)//${polyglot}` })
  const { origin } = await servePages(t, pages)
  const { page, complaints } = await openPage(t)
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  await page.route('**/form-post.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }))
  for (const name of Object.keys(pages)) {
    await page.goto(`${origin}/${name}`)
    assert.equal(await page.locator('svg, img, script:not([src^="/pages/"]), [onload], [onerror]').count(), 0)
    assert.equal(await page.locator('[href^="javascript" i], [action^="javascript" i]').count(), 0)
    if (name !== 'formPost' && name !== 'signedOut')
      assert.ok((await page.locator('main').textContent())?.includes(polyglot), name)
    assert.ok(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), name)
  }
  assert.deepEqual([dialogs, complaints], [[], []])
})
