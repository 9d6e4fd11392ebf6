/** The login pages, filled by an attacker: I8 and I10 of the security cases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formPostPage } from '../../src/pages/form-post.ts'
import { languages } from '../../src/pages/language.ts'
import { pagesStyle } from '../../src/pages/style.ts'
import { filledPages, plainBrand, plainFrame } from '../support/pages.ts'

const scripts: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' autofocus onfocus='alert(1)",
  '</title><script>alert(1)</script>',
  '</style><svg/onload=alert(1)>',
  '<svg><animate onbegin=alert(1) attributeName=x></svg>',
  "';alert(1)//",
  '</form><form action="https://evil.example">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example">',
  '<base href="https://evil.example/">',
  '<!-- --!><script>alert(1)</script>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#x3c;script>',
  'x" style="position:fixed;inset:0',
  'expression(alert(1));}body{background:url(https://evil.example)}',
  '\u0000<script\u0000>alert(1)</script>',
]

const addresses: readonly string[] = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  'java\tscript:alert(1)',
  '\u0001javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  '//evil.example/',
  'https:javascript:alert(1)',
  'blob:https://evil.example/1',
]

/** The tags of a page without the values in quotation marks: what the browser builds. */
function skeleton(page: string): readonly string[] {
  return (page.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""'))
}

/** The text of a page as a browser reads it. */
function unescaped(page: string): string {
  const characters: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' }
  return page.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => characters[name] ?? '')
}

for (const text of scripts) {
  test(`I8 ${JSON.stringify(text)} in every field of every page is text`, () => {
    for (const language of languages) {
      const frame = { ...plainFrame, language }
      const harmless = filledPages(frame, { text: 'harmless', address: 'https://notes.example/' })
      const attacked = filledPages(hostileFrame(text, language), { text, address: `https://notes.example/${text}` })
      for (const [name, page] of Object.entries(attacked)) {
        assert.deepEqual(skeleton(page), skeleton(harmless[name] ?? ''), name)
        assert.ok(unescaped(page).includes(text), name)
      }
    }
  })
}

/** Hostile even in what the operator sets. */
function hostileFrame(text: string, language: (typeof languages)[number]) {
  return { ...plainFrame, language, csrf: text, languageReturn: text, brand: { ...plainBrand, name: text } }
}

for (const address of addresses) {
  test(`I8 nothing links to ${JSON.stringify(address)}`, () => {
    const pages = Object.entries(filledPages(plainFrame, { text: 'harmless', address }))
    for (const [name, page] of pages) {
      const targets = [...page.matchAll(/ (?:href|src|action|formaction)="([^"]*)"/g)].map(([, target]) => target)
      assert.ok(targets.length > 0, name)
      for (const target of targets)
        assert.match(target ?? '', /^(\/([a-z]|$)|\?ui_locales=|data:,$|https:\/\/notes\.example\/)/, name)
    }
  })
}

for (const action of addresses.filter((address) => !/^(https|blob):/.test(address))) {
  test(`I8 no response is posted to ${JSON.stringify(action)}`, () => {
    assert.throws(() => formPostPage(plainFrame, { action, parameters: {} }), TypeError)
  })
}

for (const text of [
  '\u0024{7*7}',
  '{{7*7}}',
  '<%= 7*7 %>',
  '#{7*7}',
  '*{7*7}',
  '@(7*7)',
  '{{constructor.constructor("x")()}}',
  '$&$1$`',
]) {
  test(`I10 ${text} is in every page unchanged`, () => {
    const pages = filledPages(hostileFrame(text, 'en'), { text, address: 'https://notes.example/' })
    for (const [name, page] of Object.entries(pages)) {
      assert.ok(unescaped(page).includes(text), name)
      assert.doesNotMatch(page, /\b49\b/, name)
    }
  })
}

test('I8 a colour can only be a colour: nothing else gets into the style sheet', () => {
  for (const accent of [
    'red',
    '#fff;}body{display:none',
    'url(https://evil.example)',
    '#ffff',
    '</style><script>',
    '#fff\n}',
  ]) {
    assert.equal(pagesStyle({ ...plainBrand, accent, accentDark: accent }), pagesStyle(plainBrand))
  }
})
