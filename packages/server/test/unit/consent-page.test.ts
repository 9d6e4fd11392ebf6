/** The consent page: what the user reads of the client, and of what it requests. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConsentContent, consentPage } from '../../src/pages/consent.ts'
import { loginPage } from '../../src/pages/login.ts'
import { plainFrame } from '../support/pages.ts'

const count = (page: string, pattern: RegExp) => [...page.matchAll(pattern)].length

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
