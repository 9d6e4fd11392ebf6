/** What users do on the pages of a login, in a real Chromium: fields, buttons and what is posted. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formPostPage } from '../../packages/server/src/pages/form-post.ts'
import type { Language } from '../../packages/server/src/pages/language.ts'
import { plainFrame, typicalPages } from '../../packages/server/test/support/pages.ts'
import { openPage } from '../support/browser.ts'
import { pressed, servePages } from '../support/served-pages.ts'

const loginNames: readonly (readonly [Language, username: string, password: string, submit: string])[] = [
  ['en', 'Username', 'Password', 'Log in'],
  ['ru', 'Имя пользователя', 'Пароль', 'Войти'],
  ['ja', 'ユーザー名', 'パスワード', 'ログイン'],
]
for (const [language, username, password, submit] of loginNames) {
  test(`${language}: a user can log in with only the keyboard, without JavaScript`, async (t) => {
    const { origin, posts } = await servePages(t, typicalPages({ ...plainFrame, language }))
    const { page } = await openPage(t, { javaScript: false })
    await page.goto(`${origin}/login`)
    await page.getByRole('textbox', { name: username }).waitFor()
    await page.getByLabel(password).waitFor()
    await page.getByRole('button', { name: submit }).waitFor()
    await page.locator('#username:focus').waitFor()
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
  const { origin } = await servePages(t, typicalPages(plainFrame))
  const { page } = await openPage(t)
  await page.goto(`${origin}/login`)
  // A browser gives the focus when it draws the page, which may be after the page is loaded.
  await page.locator('#username:focus').waitFor()
  const visited: unknown[] = []
  for (let step = 0; step < 8; step++) {
    visited.push(await page.evaluate('document.activeElement.id || document.activeElement.value'))
    await page.keyboard.press('Tab')
  }
  assert.deepEqual(visited, ['username', 'password', 'reveal', 'login', 'cancel', 'en', 'ru', 'ja'])
})

test('after a failed login the password has the focus, and both fields are marked as wrong, with the reason', async (t) => {
  const { origin } = await servePages(t, typicalPages(plainFrame))
  const { page } = await openPage(t)
  await page.goto(`${origin}/login-incorrect`)
  await page.locator('#password:focus').waitFor()
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
  const { origin } = await servePages(t, typicalPages(plainFrame))
  const { page, complaints } = await openPage(t)
  await page.clock.install()
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
  // A button that was pressed long ago can be pressed again: no time passes from here on.
  await page.clock.pauseAt(Date.now() + 3_600_000)
  await button.click()
  assert.equal(await button.getAttribute('aria-busy'), 'true')
  assert.equal(await password.getAttribute('type'), 'password')
  await button.click()
  assert.equal(await page.evaluate('globalThis.posts'), 1)
  await page.getByRole('button', { name: 'Cancel' }).click()
  assert.equal(await page.evaluate('globalThis.posts'), 2)
  assert.deepEqual(complaints, [])
})

test('a user can cancel with empty fields', async (t) => {
  const { origin, posts } = await servePages(t, typicalPages(plainFrame))
  const { page } = await openPage(t)
  await page.goto(`${origin}/login`)
  await pressed(page, () => page.getByRole('button', { name: 'Cancel' }).click())
  assert.equal(posts[0]?.form.get('decision'), 'cancel')
})

test('only the button gives consent: the Enter key allows nothing', async (t) => {
  const { origin, posts } = await servePages(t, typicalPages(plainFrame))
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
  const { origin, posts } = await servePages(t, typicalPages(plainFrame))
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
    const client = await servePages(t, {})
    const parameters = { code: 'c', state: '"><b>', submit: 'a name that shadows the method' }
    const content = { action: `${client.origin}/callback`, parameters }
    const { origin } = await servePages(t, { response: formPostPage(plainFrame, content) })
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
