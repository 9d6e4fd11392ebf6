/** What the option `brand` changes on the pages: logo, icon, font, colours, links. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contrast, parseColour } from '../../src/pages/colour.ts'
import { errorPage } from '../../src/pages/error.ts'
import { loadedSources } from '../../src/pages/frame.ts'
import { loginPage } from '../../src/pages/login.ts'
import { pagesStyle } from '../../src/pages/style.ts'
import { plainBrand, plainFrame } from '../support/pages.ts'

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
