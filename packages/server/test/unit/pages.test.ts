/** What every page has, in every language; `test/browser/pages.test.ts` tests how it looks. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountChooserPage } from '../../src/pages/account-chooser.ts'
import { contrast, parseColour } from '../../src/pages/colour.ts'
import { type ConsentContent, consentPage } from '../../src/pages/consent.ts'
import { errorPage } from '../../src/pages/error.ts'
import { formPostPage } from '../../src/pages/form-post.ts'
import { loadedSources } from '../../src/pages/frame.ts'
import { languages } from '../../src/pages/language.ts'
import { loginPage } from '../../src/pages/login.ts'
import { loggedOutPage, logoutPage } from '../../src/pages/logout.ts'
import { pagesStyle } from '../../src/pages/style.ts'
import { textOf } from '../../src/pages/text.ts'
import { filledPages, plainBrand, plainFrame, typicalPages } from '../support/pages.ts'

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
  username: '',
  problem: undefined,
  isCookieSent: false,
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

const consent: ConsentContent = {
  request: 'r',
  sessionId: 's',
  clientName: 'Notes',
  clientHost: undefined,
  clientUri: undefined,
  policyUri: undefined,
  tosUri: undefined,
  username: 'tim',
  scopes: [],
  resources: [],
  isRememberable: true,
  isRemembered: false,
  clientLogoUri: undefined,
}

test('"do not ask again" is not offered where it would have no effect', () => {
  assert.equal(count(consentPage(plainFrame, consent), /name="remember"/g), 1)
  assert.equal(count(consentPage(plainFrame, { ...consent, isRememberable: false }), /name="remember"/g), 0)
})

test('"do not ask again" is chosen by the user alone', () => {
  assert.doesNotMatch(consentPage(plainFrame, consent), / checked/)
  assert.match(consentPage(plainFrame, { ...consent, isRemembered: true }), /name="remember" value="yes" checked>/)
})

test('the consent page names the resource servers that it is for, when they are others', () => {
  assert.doesNotMatch(consentPage(plainFrame, consent), /For use at/)
  const resources = ['api.example.com', 'urn:example:api']
  assert.match(consentPage(plainFrame, { ...consent, resources }), />For use at api\.example\.com, urn:example:api</)
})

test('each scope is a sentence: the operator’s, else the built-in one, else its name', () => {
  const scopes = [
    { name: 'openid', sentence: undefined },
    { name: 'email', sentence: 'The operator’s own words.' },
    { name: 'constructor', sentence: undefined },
    { name: 'items', sentence: 'Read items.' },
  ]
  const page = consentPage(plainFrame, { ...consent, scopes })
  const items = [...page.matchAll(/<li>([^<]*)<\/li>/g)].map(([, text]) => text)
  assert.deepEqual(items, ['Know who you are.', 'The operator’s own words.', 'constructor', 'Read items.'])
  assert.match(consentPage(plainFrame, consent), /It asks for no permissions of its own/)
})

test('the sentence of a scope is in the language of the page; without one there, in English', () => {
  const scopes = [{ name: 'items', sentence: { en: 'Read items.', ru: 'Читать вещи.' } }]
  for (const [language, sentence] of [
    ['en', 'Read items.'],
    ['ru', 'Читать вещи.'],
    ['ja', 'Read items.'],
  ] as const) {
    assert.ok(consentPage({ ...plainFrame, language }, { ...consent, scopes }).includes(`<li>${sentence}</li>`))
  }
})

test('a client is one block of its logo, its name and its host', () => {
  const client = { clientName: 'Notes', clientHost: 'notes.example', clientLogoUri: 'https://notes.example/logo.png' }
  const block =
    '<span class="client"><img class="logo" src="https://notes.example/logo.png" alt="" referrerpolicy="no-referrer">' +
    '<span><bdi class="name">Notes</bdi> <span class="host">notes.example</span></span></span>'
  assert.ok(
    consentPage(plainFrame, { ...consent, ...client }).includes(`<h1>${block} wants to access your account</h1>`),
  )
  assert.ok(loginPage(plainFrame, { ...login, ...client }).includes(`<p class="lead">to continue to ${block}</p>`))
  for (const clientLogoUri of ['javascript:alert(1)', 'data:image/png;base64,AAAA', '/logo.png', undefined]) {
    assert.doesNotMatch(consentPage(plainFrame, { ...consent, ...client, clientLogoUri }), /<img/)
  }
})

test('the links of a client send no Referer', () => {
  const page = consentPage(plainFrame, { ...consent, policyUri: 'https://notes.example/privacy' })
  assert.match(page, /<a href="https:\/\/notes\.example\/privacy" target="_blank" rel="noreferrer noopener">/)
  assert.doesNotMatch(consentPage(plainFrame, consent), /<a /)
})

const monograms: readonly [name: string, letters: string][] = [
  ['Acme Notes', 'AN'],
  ['notes', 'N'],
  ['One of three words', 'OW'],
  ['メモ帳', 'メ'],
  ['Заметки', 'З'],
  ['\u202e‮ x', 'X'],
  ['👋', '?'],
  ['', '?'],
]
for (const [name, letters] of monograms) {
  test(`${JSON.stringify(name)} has the initials ${letters}`, () => {
    const page = consentPage(plainFrame, { ...consent, clientName: name })
    assert.ok(page.includes(`<h1><span class="client"><span class="monogram" aria-hidden="true">${letters}</span>`))
  })
}

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

test('a logo is shown if the policy of the pages allows its origin', () => {
  const shown = (logoUri: string) => {
    const frame = { ...plainFrame, brand: { ...plainBrand, logoUri } }
    return /<img src="([^"]*)" alt="Countersign">/.exec(loginPage(frame, login))?.[1]
  }
  for (const logoUri of ['/logo.svg', 'https://login.example.com/logo.svg']) {
    assert.equal(shown(logoUri), logoUri)
  }
  for (const logoUri of ['javascript:alert(1)', 'data:image/png;base64,AAAA', 'logo.svg']) {
    assert.equal(shown(logoUri), undefined)
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

test('a brand has a logo and an icon of its own, links in the user’s language, and an address for help', () => {
  const brand = {
    ...plainBrand,
    logoUri: '/logo.svg',
    logoDarkUri: 'https://static.example.com/dark.svg',
    faviconUri: 'https://icons.example.com/icon.png',
    links: [
      { label: { en: 'Imprint', ru: 'О нас' }, uri: 'https://acme.example/imprint' },
      { label: 'Evil', uri: 'javascript:alert(1)' },
    ],
    support: 'help@acme.example',
  }
  const page = loginPage({ ...plainFrame, language: 'ru', brand }, login)
  assert.ok(page.includes('<link rel="icon" href="https://icons.example.com/icon.png">'))
  assert.ok(
    page.includes(
      '<picture><source srcset="https://static.example.com/dark.svg" media="(prefers-color-scheme: dark)"><img src="/logo.svg" alt="Countersign"></picture>',
    ),
  )
  const [footer = ''] = page.match(/<footer>[\s\S]*<\/footer>/) ?? []
  assert.match(footer, /<a href="https:\/\/acme\.example\/imprint"[^>]*>О нас</)
  assert.match(footer, /<a href="mailto:help@acme\.example">Помощь</)
  assert.doesNotMatch(page, /Evil/)
  const error = { status: 400, description: undefined, requestId: 'id-1', errorUri: undefined, startAgain: '/' }
  assert.match(
    errorPage({ ...plainFrame, brand }, error),
    /<a class="button" id="help" href="mailto:help@acme\.example\?subject=[^"]*id-1[^"]*">Get help</,
  )
  assert.match(
    errorPage({ ...plainFrame, brand: { ...brand, support: 'https://acme.example/help' } }, error),
    /id="help" href="https:\/\/acme\.example\/help"/,
  )
  assert.equal(
    loadedSources(brand, 'https://notes.example/logo.png'),
    "img-src 'self' data: https://static.example.com https://icons.example.com https://notes.example",
  )
})

test('a brand’s font comes first, its file may be loaded, and its radius is that of all corners', () => {
  const brand = {
    ...plainBrand,
    radius: 4,
    font: { family: 'Acme Sans', uri: 'https://static.example.com/acme.woff2' },
  }
  const style = pagesStyle(brand)
  assert.match(
    style,
    /@font-face \{ font-family: "Acme Sans"; src: url\("https:\/\/static\.example\.com\/acme\.woff2"\)/,
  )
  assert.match(style, /--font: "Acme Sans",;/)
  assert.match(style, /--radius: 0\.25rem;/)
  assert.match(loadedSources(brand), /; font-src 'self' https:\/\/static\.example\.com$/)
  assert.doesNotMatch(loadedSources({ ...brand, font: { family: 'Acme Sans', uri: undefined } }), /font-src/)
  for (const font of [
    { family: 'x"; } body { display: none', uri: undefined },
    { family: 'x</style>', uri: '/x.woff2' },
  ]) {
    assert.equal(pagesStyle({ ...plainBrand, font }), pagesStyle(plainBrand))
  }
  assert.doesNotMatch(pagesStyle({ ...brand, font: { family: 'x', uri: 'javascript:x' } }), /font-face/)
  assert.doesNotMatch(pagesStyle({ ...brand, font: { family: 'x', uri: '/x") format("y' } }), /font-face/)
})

test('the style sheet is small, and a brand changes only its accents', () => {
  const plain = pagesStyle(plainBrand)
  assert.ok(Buffer.byteLength(plain) < 10_240, `${Buffer.byteLength(plain)} bytes`)
  assert.doesNotMatch(plain, /url\(|@import|https?:/)
  const branded = pagesStyle({ ...plainBrand, accent: '#ABC', accentDark: '#123456' })
  assert.deepEqual(
    [...branded.matchAll(/--accent: ([^;]*);/g)].map(([, colour]) => colour),
    ['#aabbcc', '#123456'],
  )
})

test('contrast is computed as in WCAG 2.2', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21)
  assert.equal(contrast('#123456', '#123456'), 1)
  assert.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48')
  assert.equal(parseColour('#FfF'), '#ffffff')
  for (const value of [undefined, '', 'red', '#ffff', '#12345g', '#fff;']) assert.equal(parseColour(value), undefined)
})
