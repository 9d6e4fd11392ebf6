/** What every page has, in every language; `test/browser/pages.test.ts` tests how it looks. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountChooserPage } from '../../src/pages/account-chooser.ts'
import { errorPage } from '../../src/pages/error.ts'
import { formPostPage } from '../../src/pages/form-post.ts'
import { languages } from '../../src/pages/language.ts'
import { loginPage } from '../../src/pages/login.ts'
import { loggedOutPage, logoutPage } from '../../src/pages/logout.ts'
import { textOf } from '../../src/pages/text.ts'
import { filledPages, plainFrame, typicalPages } from '../support/pages.ts'

const count = (page: string, pattern: RegExp) => [...page.matchAll(pattern)].length

for (const language of languages) {
  test(`${language}: every page is one whole document with one heading, and its values are only text`, () => {
    for (const [name, page] of Object.entries(typicalPages({ ...plainFrame, language }))) {
      assert.ok(page.startsWith(`<!doctype html>\n<html lang="${language}">`), name)
      assert.match(page, /<title>[^<]+ · Countersign<\/title>/, name)
      assert.match(page, /<meta name="viewport" content="width=device-width, initial-scale=1">/, name)
      for (const element of [/<h1>/g, /<main>/g, /<header /g]) assert.equal(count(page, element), 1, name)
      assert.doesNotMatch(page, /undefined|\[object|=>| style=| on[a-z]+=/, name)
      const script =
        name === 'form-post' ? '/pages/form-post.js' : page.includes('<form') ? '/pages/page.js' : undefined
      assert.deepEqual(
        [...page.matchAll(/<script src="([^"]*)"/g)].map(([, src]) => src),
        script ? [script] : [],
        name,
      )
      assert.equal(count(page, /<script/g), script ? 1 : 0, name)
    }
  })

  test(`${language}: every field has its label, and no id occurs twice`, () => {
    const fields: string[] = []
    for (const [name, page] of Object.entries(typicalPages({ ...plainFrame, language }))) {
      const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
      assert.equal(new Set(ids).size, ids.length, name)
      const own = [...page.matchAll(/<input id="([^"]*)"/g)].map(([, id = '']) => id)
      for (const id of own) assert.ok(page.includes(`<label for="${id}">`), name)
      fields.push(...own)
    }
    assert.ok(fields.includes('username') && fields.includes('password'))
  })

  test(`${language}: no text is empty or in another language`, () => {
    const own = leaves(textOf(language))
    assert.ok(own.length > 60)
    for (const [path, text] of own) assert.match(text, /\S/, path)
    const sentences = own.filter(([, text]) => text.length > 20).map(([, text]) => text)
    for (const other of languages.filter((candidate) => candidate !== language)) {
      const theirs = new Set(leaves(textOf(other)).map(([, text]) => text))
      assert.deepEqual(
        sentences.filter((text) => theirs.has(text)),
        [],
      )
    }
  })
}

/** All texts. Those that take a name get one. */
function leaves(value: unknown, path = ''): readonly (readonly [path: string, text: string])[] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'function') return [[path, String(value('X'))]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`))
}

test('every form that is posted to the server has the CSRF token and the base path; the form for the client has neither', () => {
  const frame = { ...plainFrame, basePath: '/tenant', csrf: 'secret' }
  for (const [name, page] of Object.entries(typicalPages(frame))) {
    const forms = page.match(/<form[\s\S]*?<\/form>/g) ?? []
    for (const form of forms) {
      if (name === 'form-post') assert.doesNotMatch(form, /csrf|secret|\/tenant/)
      else
        assert.match(
          form,
          /^<form class="page" method="post" action="\/tenant\/[\s\S]*name="csrf_token" value="secret"/,
          name,
        )
    }
    assert.ok(page.includes('href="/tenant/pages/style.css"'), name)
  }
  assert.ok(typicalPages(frame)['form-post']?.includes('<script src="/tenant/pages/form-post.js" defer>'))
})

test('every page with a question sends its request back unchanged', () => {
  const pages = filledPages(plainFrame, { text: 'a b&c=%3D', address: '' })
  for (const name of ['login', 'consent', 'accountChooser', 'logout']) {
    assert.ok(pages[name]?.includes('name="request" value="a b&amp;c=%3D"'), name)
  }
})

test('every page but the response to the client has a language switch with the current language: in its form, or as links', () => {
  const frame = {
    ...plainFrame,
    language: 'ja',
    basePath: '/tenant',
    languageReturn: 'login?a=1&ui_locales=ru',
  } as const
  const own = typicalPages(frame)
  for (const [name, page] of Object.entries(own)) {
    const isSwitched = name !== 'form-post'
    assert.equal(count(page, /aria-current/g), isSwitched ? 1 : 0, name)
    if (!isSwitched) continue
    assert.match(page, /role="group" aria-label="言語"/, name)
    assert.match(page, / lang="ja" aria-current="true">日本語</, name)
    if (page.includes('<form')) {
      const [form = ''] = page.match(/<form[\s\S]*<\/form>/) ?? []
      assert.match(form, /name="return" value="login\?a=1&amp;ui_locales=ru"/, name)
      assert.equal(
        count(form, /<button class="plain" formaction="\/tenant\/language" formnovalidate name="language"/g),
        3,
        name,
      )
    } else {
      assert.equal(count(page, /<a class="button plain" href="\?x=1&amp;ui_locales=\w\w" lang="\w\w"/g), 3, name)
    }
  }
  const elsewhere = loggedOutPage(frame, { clientName: undefined, returnUri: undefined, loginUri: undefined })
  assert.ok(elsewhere.includes('href="/tenant/login?a=1&amp;ui_locales=en"'))
  const without = { ...plainFrame, languageReturn: undefined }
  assert.doesNotMatch(
    logoutPage(without, { request: '', clientName: undefined, username: undefined }),
    /<footer|"return"/,
  )
})

test('the first button of a form is the one that Enter presses, not one of the language switch', () => {
  const pages = typicalPages(plainFrame)
  for (const [name, id] of Object.entries({ login: 'login', consent: 'switch', logout: 'logout' })) {
    assert.equal(/<button(?! type="button")[^>]* id="([^"]*)"/.exec(pages[name] ?? '')?.[1], id, name)
  }
})

const login = {
  request: 'r',
  clientName: 'Notes',
  clientHost: undefined,
  names: 'both' as const,
  username: '',
  problem: undefined,
  cookieSentAt: undefined,
  clientLogoUri: undefined,
}

test('the focus is on the first empty field', () => {
  assert.match(loginPage(plainFrame, login), /<input id="username"[^>]* autofocus>/)
  assert.match(
    loginPage(plainFrame, { ...login, username: 'tim' }),
    /value="tim"[\s\S]*<input id="password"[^>]* autofocus>/,
  )
})

test('a failed login shows the reason; only fields with wrong values are marked', () => {
  for (const problem of ['incorrect', 'invalid', 'too_many', 'busy'] as const) {
    const page = loginPage(plainFrame, { ...login, problem })
    assert.match(page, /<title>Not logged in · /)
    assert.equal(count(page, /role="alert"/g), 1)
    assert.equal(count(page, /aria-describedby="(?:caps-lock )?problem"/g), 2)
    assert.equal(count(page, /aria-invalid="true"/g), problem === 'incorrect' || problem === 'invalid' ? 2 : 0)
  }
  assert.doesNotMatch(loginPage(plainFrame, login), /role="alert"|aria-invalid/)
})

test('accounts are distinguished by name; a full name that equals the username is shown once', () => {
  const accounts = [
    { sessionId: 'one', username: 'tim', fullName: 'Tim Berners' },
    { sessionId: 'two', username: 'alice', fullName: 'alice' },
    { sessionId: 'three', username: 'bob', fullName: '' },
  ]
  const page = accountChooserPage(plainFrame, { request: 'r', clientName: 'Notes', accounts })
  const buttons = [...page.matchAll(/<button class="account" id="(account-\d)" name="account" value="(\w+)">/g)]
  assert.deepEqual(
    buttons.map(([, id, value]) => [id, value]),
    [
      ['account-1', 'one'],
      ['account-2', 'two'],
      ['account-3', 'three'],
    ],
  )
  assert.equal(count(page, /<bdi>tim<\/bdi>/g), 1)
  assert.equal(count(page, />alice</g), 1)
  assert.equal(count(page, />bob</g), 1)
})

test('an error page shows what to do for its status, and what the operator needs', () => {
  const titles = [400, 401, 403, 404, 429, 500, 502, 503].map((status) => {
    const content = { status, description: 'x', requestId: 'id-1', errorUri: undefined, startAgain: '/authorize?x=1' }
    const page = errorPage(plainFrame, content)
    const [details = ''] = page.match(/<details>[\s\S]*<\/details>/) ?? []
    assert.ok(details.includes('countersign why id-1'))
    assert.equal(count(page, /id-1/g), count(details, /id-1/g))
    assert.match(page, /<a class="button primary" id="start-again" href="\/authorize\?x=1">Start again<\/a>/)
    return /<h1>([^<]*)/.exec(page)?.[1]
  })
  assert.deepEqual(titles, [
    'This request can’t be completed',
    'This request can’t be completed',
    'This page is no longer valid',
    'Page not found',
    'Too many attempts',
    'Something went wrong',
    'Something went wrong',
    'Not available right now',
  ])
})

test('Form Post Response Mode §2: the response is posted to the URI exactly as it is', () => {
  for (const action of [
    'https://notes.example/callback?a=1',
    'http://127.0.0.1:9000/',
    'com.example.notes:/callback',
  ]) {
    const page = formPostPage(plainFrame, { action, parameters: { code: 'c' } })
    assert.ok(page.includes(`<form method="post" action="${action}"`))
  }
})

test('a logged-out page leads to another login: at the application, or where it is said how', () => {
  const at = (loginUri: string | undefined) => {
    const page = loggedOutPage(
      { ...plainFrame, basePath: '/tenant' },
      { clientName: 'Notes', returnUri: undefined, loginUri },
    )
    return /<a class="button" id="log-in-again" href="([^"]*)">Log in again<\/a>/.exec(page)?.[1]
  }
  assert.equal(at('https://notes.example/'), 'https://notes.example/')
  for (const uri of [undefined, 'com.example.notes:/', 'javascript:alert(1)']) assert.equal(at(uri), '/tenant/')
})
