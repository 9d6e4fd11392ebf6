import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../../test/support/fast-check.ts'
import { readParameters } from '../../src/oauth/form.ts'
import { chooseLanguage, type Language, languages, withLocale, withoutLocale } from '../../src/pages/language.ts'
import { textsOf } from '../support/any-text.ts'

const none = { uiLocales: undefined, cookie: undefined, acceptLanguage: undefined }

test('without a supported preference the language is English', () => {
  assert.equal(chooseLanguage(none), 'en')
  assert.equal(chooseLanguage({ uiLocales: '', cookie: '', acceptLanguage: '' }), 'en')
  assert.equal(chooseLanguage({ uiLocales: 'de fr-CA', cookie: 'xx', acceptLanguage: '*, zh;q=0.9' }), 'en')
})

test('ui_locales takes precedence over the cookie, and the cookie over Accept-Language', () => {
  assert.equal(chooseLanguage({ uiLocales: 'ja', cookie: 'ru', acceptLanguage: 'en' }), 'ja')
  assert.equal(chooseLanguage({ uiLocales: 'de', cookie: 'ru', acceptLanguage: 'ja' }), 'ru')
  assert.equal(chooseLanguage({ uiLocales: undefined, cookie: 'fr', acceptLanguage: 'ja' }), 'ja')
  assert.equal(chooseLanguage({ uiLocales: 'en', cookie: 'ru', acceptLanguage: 'ja' }), 'en')
})

const locales: readonly [uiLocales: string, chosen: Language][] = [
  ['ru-RU', 'ru'],
  ['JA-jp', 'ja'],
  ['zh-Hant ja en', 'ja'],
  ['  ru', 'ru'],
  ['rus', 'en'],
  ['ru_RU', 'en'],
  ['../../ru', 'en'],
  ['ja\u0000', 'en'],
]
for (const [uiLocales, chosen] of locales) {
  test(`OpenID Connect Core §3.1.2.1 ui_locales ${JSON.stringify(uiLocales)} means ${chosen}`, () => {
    assert.equal(chooseLanguage({ ...none, uiLocales }), chosen)
  })
}

const fields: readonly [acceptLanguage: string, chosen: Language][] = [
  ['ru', 'ru'],
  ['ja-JP,ja;q=0.9,en-US;q=0.8,en;q=0.7', 'ja'],
  ['en;q=0.5, ru', 'ru'],
  ['en;q=0.5, ru;q=0.6 , ja;q=0.55', 'ru'],
  ['de, fr;q=0.9, ja;q=0.1', 'ja'],
  ['ru, ja', 'ru'],
  ['RU-ru ; q=1.000', 'ru'],
  ['ru;q=0, ja;q=0.001', 'ja'],
  ['ru;q=0', 'en'],
  ['ru;q=nonsense, ja;q=0.1', 'ja'],
  ['ru;level=1, ja;q=0.1', 'ja'],
  [',,, ja', 'ja'],
]
for (const [acceptLanguage, chosen] of fields) {
  test(`RFC 9110 §12.5.4 Accept-Language ${JSON.stringify(acceptLanguage)} means ${chosen}`, () => {
    assert.equal(chooseLanguage({ ...none, acceptLanguage }), chosen)
  })
}

test('at most ten tags of a list are read', () => {
  assert.equal(chooseLanguage({ ...none, uiLocales: `${'xx '.repeat(9)}ru` }), 'ru')
  assert.equal(chooseLanguage({ ...none, uiLocales: `${'xx '.repeat(10)}ru` }), 'en')
  assert.equal(chooseLanguage({ ...none, acceptLanguage: `${'xx,'.repeat(9)}ru` }), 'ru')
  assert.equal(chooseLanguage({ ...none, acceptLanguage: `${'xx,'.repeat(10)}ru` }), 'en')
  assert.equal(chooseLanguage({ ...none, cookie: 'xx ru' }), 'en')
})

const tags = textsOf('ru', 'ja', 'en', 'ru-RU', ' ', ',', ';q=', 'q=0')

test('any preferences mean one of the languages, in any case of their letters', () => {
  const property = fc.property(tags, tags, tags, (uiLocales, cookie, acceptLanguage) => {
    const chosen = chooseLanguage({ uiLocales, cookie, acceptLanguage })
    assert.ok(languages.includes(chosen))
    assert.equal(
      chooseLanguage({ ...none, uiLocales: uiLocales.toUpperCase() }),
      chooseLanguage({ ...none, uiLocales }),
    )
    assert.equal(chooseLanguage({ uiLocales: chosen, cookie, acceptLanguage }), chosen)
  })
  fc.assert(property, { numRuns: 300 })
})

/** However its client writes the name. */
const parameterNames = ['ui_locales', 'ui%5Flocales', '%75i_locales', 'ui%5flocales', 'xui_locales', 'state'] as const
const queries = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...parameterNames), fc.constantFrom('ja', 'xx', '', '$&', 'a=b')), {
    selector: ([name]) => decodeURIComponent(name),
    maxLength: 4,
  })
  .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'))

test('a query with another language has that one, once, and all else as it was', () => {
  const property = fc.property(queries, fc.constantFrom(...languages), (query, language) => {
    const changed = withLocale(query, language)
    const [before, after] = [readParameters(query), readParameters(changed)]
    assert.equal(after.get('ui_locales'), language)
    for (const name of ['state', 'xui_locales']) assert.equal(after.get(name), before.get(name))
    assert.equal(withLocale(changed, language), changed)
    assert.equal(withoutLocale(changed), withoutLocale(query))
    if (!query.includes('%')) assert.equal(withoutLocale(query), query.replace(/(?:^|&)ui_locales=[^&]*/, ''))
  })
  fc.assert(property, { numRuns: 300 })
})
