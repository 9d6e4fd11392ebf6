/** The pages that users log in on, in a real Chromium under the policy that they are served with. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { formPostPage, formPostScript } from '../../packages/server/src/pages/form-post.ts'
import type { Brand } from '../../packages/server/src/pages/frame.ts'
import { type Language, languages } from '../../packages/server/src/pages/language.ts'
import { pageScript } from '../../packages/server/src/pages/page-script.ts'
import { pagesStyle } from '../../packages/server/src/pages/style.ts'
import {
  consentOf,
  filledPages,
  plainBrand,
  plainFrame,
  typicalPages,
} from '../../packages/server/test/support/pages.ts'
import { openPage, type View } from '../support/browser.ts'
import { contrasts, smallTargets } from '../support/readability.ts'

const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"

/** Serves each page at its name. Returns the origin, and what was posted so far: path and form. */
async function serve(test: TestContext, pages: Readonly<Record<string, string>>, brand: Brand = plainBrand) {
  const posts: { readonly path: string; readonly form: URLSearchParams }[] = []
  const files: Readonly<Record<string, { readonly type: string; readonly body: string }>> = {
    '/pages/style.css': { type: 'text/css', body: pagesStyle(brand) },
    '/pages/page.js': { type: 'text/javascript', body: pageScript },
    '/pages/form-post.js': { type: 'text/javascript', body: formPostScript },
  }
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/'
    let body = ''
    for await (const chunk of request) body += chunk
    if (request.method === 'POST') posts.push({ path, form: new URLSearchParams(body) })
    const file = files[path] ?? { type: 'text/html; charset=utf-8', body: pages[path.slice(1)] ?? '<title>?</title>' }
    response.writeHead(200, { 'content-type': file.type, 'content-security-policy': policy }).end(file.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  return { origin: `http://127.0.0.1:${address.port}`, posts }
}

/** Does something that posts a form, and waits for the response. */
async function pressed(page: Page, press: () => Promise<void>): Promise<void> {
  await Promise.all([page.waitForEvent('load'), press()])
}

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
      const { origin } = await serve(t, pages)
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
      const { origin } = await serve(t, pages, brand)
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
    const { origin } = await serve(t, typicalPages({ ...plainFrame, brand }), brand)
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

const loginNames: readonly (readonly [Language, username: string, password: string, submit: string])[] = [
  ['en', 'Username', 'Password', 'Log in'],
  ['ru', 'Имя пользователя', 'Пароль', 'Войти'],
  ['ja', 'ユーザー名', 'パスワード', 'ログイン'],
]
for (const [language, username, password, submit] of loginNames) {
  test(`${language}: a user can log in with only the keyboard, without JavaScript`, async (t) => {
    const { origin, posts } = await serve(t, typicalPages({ ...plainFrame, language }))
    const { page } = await openPage(t, { javaScript: false })
    await page.goto(`${origin}/login`)
    await page.getByRole('textbox', { name: username }).waitFor()
    await page.getByLabel(password).waitFor()
    await page.getByRole('button', { name: submit }).waitFor()
    await page.keyboard.type('tim')
    await page.keyboard.press('Tab')
    await page.keyboard.type('tim1234')
    await pressed(page, () => page.keyboard.press('Enter'))
    const [post] = posts
    assert.equal(post?.path, '/login')
    assert.deepEqual(Object.fromEntries(post?.form ?? []), {
      csrf_token: 'csrf-value',
      request: 'opaque',
      return: 'authorize?request=abc',
      username: 'tim',
      password: 'tim1234',
    })
  })
}

test('Tab goes through the login page in reading order', async (t) => {
  const { origin } = await serve(t, typicalPages(plainFrame))
  const { page } = await openPage(t)
  await page.goto(`${origin}/login`)
  const visited: unknown[] = []
  for (let step = 0; step < 8; step++) {
    visited.push(await page.evaluate('document.activeElement.id || document.activeElement.value'))
    await page.keyboard.press('Tab')
  }
  assert.deepEqual(visited, ['username', 'password', 'reveal', 'login', 'cancel', 'en', 'ru', 'ja'])
})

test('after a failed login the password has the focus, and both fields are marked as wrong, with the reason', async (t) => {
  const { origin } = await serve(t, typicalPages(plainFrame))
  const { page } = await openPage(t)
  await page.goto(`${origin}/login-incorrect`)
  assert.equal(await page.evaluate('document.activeElement.id'), 'password')
  const problem = await page.getByRole('alert').innerText()
  for (const label of ['Username', 'Password']) {
    const field = page.getByLabel(label)
    assert.equal(await field.getAttribute('aria-invalid'), 'true')
    const described = (await field.getAttribute('aria-describedby'))?.split(' ') ?? []
    assert.ok(described.includes('problem'), label)
    assert.equal(await page.locator('#problem').innerText(), problem)
  }
})

test('a password can be shown, Caps Lock is hinted at, and a second press posts nothing twice', async (t) => {
  const { origin } = await serve(t, typicalPages(plainFrame))
  const { page, complaints } = await openPage(t)
  await page.goto(`${origin}/login`)
  await page.getByLabel('Username').fill('tim')
  const password = page.getByLabel('Password')
  await password.fill('tim1234')
  await page.getByRole('button', { name: 'Show password' }).click()
  assert.equal(await password.getAttribute('type'), 'text')
  await page.getByRole('button', { name: 'Hide password' }).click()
  assert.equal(await password.getAttribute('type'), 'password')
  await page.getByRole('button', { name: 'Show password' }).click()

  const press = (isOn: boolean) =>
    page.evaluate(`document.getElementById('password').dispatchEvent(
      new KeyboardEvent('keydown', { key: 'a', modifierCapsLock: ${isOn} }))`)
  await press(true)
  assert.equal(await page.getByRole('status').innerText(), 'Caps Lock is on.')
  await press(false)
  assert.equal(await page.getByRole('status').innerText(), '')

  // Counts what would be posted, and keeps the page as it is while a response is on its way.
  await page.evaluate(`globalThis.posts = 0; document.forms[0].addEventListener('submit', (event) => {
    if (!event.defaultPrevented) globalThis.posts++
    event.preventDefault()
  })`)
  const button = page.getByRole('button', { name: 'Log in' })
  await button.click()
  assert.equal(await button.getAttribute('aria-busy'), 'true')
  assert.equal(await password.getAttribute('type'), 'password')
  await button.click()
  assert.equal(await page.evaluate('globalThis.posts'), 1)
  await page.getByRole('button', { name: 'Cancel' }).click()
  assert.equal(await page.evaluate('globalThis.posts'), 2)
  assert.deepEqual(complaints, [])
})

test('with six scopes Allow can be seen without scrolling, on small screens too', async (t) => {
  const scopes = ['openid', 'profile', 'email', 'phone', 'address', 'offline_access']
  const pages = Object.fromEntries(
    languages.map((language) => [language, consentOf({ ...plainFrame, language }, scopes)]),
  )
  const { origin } = await serve(t, pages)
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

test('a user can cancel with empty fields', async (t) => {
  const { origin, posts } = await serve(t, typicalPages(plainFrame))
  const { page } = await openPage(t)
  await page.goto(`${origin}/login`)
  await pressed(page, () => page.getByRole('button', { name: 'Cancel' }).click())
  assert.equal(posts[0]?.form.get('decision'), 'cancel')
})

test('only the button gives consent: the Enter key allows nothing', async (t) => {
  const { origin, posts } = await serve(t, typicalPages(plainFrame))
  const { page } = await openPage(t)
  await page.goto(`${origin}/consent`)
  await page.getByRole('checkbox').focus()
  await pressed(page, () => page.keyboard.press('Enter'))
  await page.goto(`${origin}/consent`)
  await pressed(page, () => page.getByRole('button', { name: 'Allow', exact: true }).click())
  await page.goto(`${origin}/consent`)
  await page.getByLabel('Once allowed').check()
  await pressed(page, () => page.getByRole('button', { name: 'Don’t allow' }).click())
  assert.deepEqual(
    posts.map(({ form }) => [form.get('decision'), form.get('remember')]),
    [
      ['switch', null],
      ['allow', null],
      ['deny', 'yes'],
    ],
  )
})

test('a user chooses an account by its name, and a language by its own name', async (t) => {
  const { origin, posts } = await serve(t, typicalPages(plainFrame))
  const { page } = await openPage(t)
  await page.goto(`${origin}/account-chooser`)
  await pressed(page, () => page.getByRole('button', { name: 'alice@example.com' }).click())
  await page.goto(`${origin}/account-chooser`)
  await pressed(page, () => page.getByRole('button', { name: 'Use another account' }).click())
  await page.goto(`${origin}/account-chooser`)
  await pressed(page, () => page.getByRole('button', { name: 'Русский' }).click())
  const [alice, another, switched] = posts
  assert.equal(alice?.form.get('account'), 'two')
  assert.equal(another?.form.get('account'), '')
  assert.equal(switched?.path, '/language')
  assert.deepEqual(Object.fromEntries(switched?.form ?? []), {
    csrf_token: 'csrf-value',
    request: 'opaque',
    return: 'authorize?request=abc',
    language: 'ru',
  })
})

for (const javaScript of [true, false]) {
  test(`a response is posted to the client ${javaScript ? 'by a script' : 'by the button without JavaScript'}`, async (t) => {
    const client = await serve(t, {})
    const parameters = { code: 'c', state: '"><b>', submit: 'a name that shadows the method' }
    const content = { action: `${client.origin}/callback`, parameters }
    const { origin } = await serve(t, { response: formPostPage(plainFrame, content) })
    const { page, complaints } = await openPage(t, { javaScript })
    await page.goto(`${origin}/response`)
    if (!javaScript) await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL(`${client.origin}/callback`)
    assert.deepEqual(
      client.posts.map(({ path, form }) => [path, Object.fromEntries(form)]),
      [['/callback', parameters]],
    )
    assert.deepEqual(complaints, [])
  })
}

const polyglot = `"'></title></textarea></script><svg/onload=alert(1)><img src=x onerror=alert(2)>javascript:alert(3)//\u202e`

test('I8 a page filled with scripts runs none of them and shows them as text', async (t) => {
  const pages = filledPages(plainFrame, { text: polyglot, address: `javascript:alert(4)//${polyglot}` })
  const { origin } = await serve(t, pages)
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
