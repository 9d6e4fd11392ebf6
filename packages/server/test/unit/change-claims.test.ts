import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeClaims, profileClaims } from '../../src/domain/change-claims.ts'
import { standardClaims } from '../../src/domain/claims.ts'
import { emailProblem } from '../../src/domain/profile-claim.ts'

const allowed: readonly { claim: string; values: readonly unknown[] }[] = [
  { claim: 'given_name', values: ['Ada', '愛', 'x'.repeat(1000)] },
  { claim: 'picture', values: ['https://example.com/a.png?size=2', 'http://example.com/'] },
  { claim: 'birthdate', values: ['1815-12-10', '0000-02-29', '2024-02-29', '1815'] },
  { claim: 'zoneinfo', values: ['Europe/Paris', 'America/Argentina/Buenos_Aires', 'UTC', 'Etc/GMT+3'] },
  { claim: 'locale', values: ['en', 'en-US', 'zh-Hant-TW', 'es-419', 'de-CH-1996', 'en-u-ca-buddhist'] },
  { claim: 'phone_number', values: ['+1 (425) 555-1212', '+1 (604) 555-1234;ext=5678', '112'] },
  { claim: 'address', values: [{ formatted: '1 Street\r\nTown\nLand' }, { country: 'FR', postal_code: '75001' }] },
]

for (const { claim, values } of allowed) {
  test(`§5.1 ${claim} accepts what the standard allows`, () => {
    for (const value of values) assert.deepEqual(changeClaims({}, { [claim]: value }), { claims: { [claim]: value } })
  })
}

const rejected: readonly { claim: string; values: readonly unknown[]; message: RegExp }[] = [
  { claim: 'given_name', values: [1, ['Ada'], true], message: /^must be text$/ },
  { claim: 'family_name', values: ['x'.repeat(1001)], message: /at most 1000 characters/ },
  { claim: 'nickname', values: ['a\nb', '\u001b[2J', '\ud800', 'a\u2028b'], message: /control characters/ },
  {
    claim: 'website',
    values: [
      'javascript:alert(1)',
      'data:text/html,x',
      'ftp://a.example',
      '//a.example',
      'https://',
      'https://a b',
      'https://a.example/">',
    ],
    message: /begins with https:\/\//,
  },
  {
    claim: 'birthdate',
    values: [
      '2023-02-29',
      '1900-02-29',
      '2023-13-01',
      '2023-00-10',
      '2023-1-1',
      '10.12.1815',
      '0000',
      '2023-01-00',
      '99',
    ],
    message: /YYYY-MM-DD/,
  },
  { claim: 'zoneinfo', values: ['+02:00', 'Europe/Paris/', 'a/b/c/d'], message: /Europe\/Paris/ },
  { claim: 'locale', values: ['en_US', 'english-language-x', 'e', 'en--US'], message: /en-US/ },
  { claim: 'phone_number', values: ['none', '+1 <b>2</b>', '()'], message: /telephone number/ },
  { claim: 'phone_number_verified', values: ['yes', 1], message: /true or false/ },
  { claim: 'address', values: ['1 Street', ['x'], {}], message: /formatted, street_address/ },
  { claim: 'address', values: [{ city: 'Paris' }], message: /^has "city", which is none of/ },
  { claim: 'address', values: [{ country: 3 }], message: /^country must be text/ },
  { claim: 'address', values: [{ locality: 'a\nb' }, { formatted: 'a\u0000b' }], message: /control characters/ },
  { claim: 'address', values: [{ region: '' }], message: /region must not be empty/ },
  {
    claim: 'address',
    values: [
      Object.fromEntries(['formatted', 'street_address', 'locality', 'region'].map((name) => [name, 'x'.repeat(1000)])),
    ],
    message: /at most 4000 characters/,
  },
]

for (const { claim, values, message } of rejected) {
  test(`§5.1 ${claim} rejects what the standard does not allow: ${message.source}`, () => {
    for (const value of values) {
      const { problems = [] } = changeClaims(
        {},
        claim === 'phone_number_verified' ? { phone_number: '1', [claim]: value } : { [claim]: value },
      )
      assert.deepEqual(
        problems.map((problem) => problem.claim),
        [claim],
        JSON.stringify(value),
      )
      assert.match(problems[0]?.message ?? '', message)
    }
  })
}

test('I16 an email address has one @ and no spaces, control characters or line breaks', () => {
  for (const email of ['ada@example.com', 'ada+lists@example.com', 'ада@пример.рф', 'root@localhost']) {
    assert.equal(emailProblem(email), undefined, email)
  }
  for (const [email, message] of [
    ['a@b@c', /one @/],
    ['"e@attacker.example"@example.com', /one @/],
    ['ada', /one @/],
    ['@example.com', /one @/],
    ['ada@', /one @/],
    ['ada＠example.com', /one @/],
    ['ada lovelace@example.com', /no spaces/],
    ['ada@example.com\r\nBcc: eve@example.com', /control characters/],
    ['ada@example.com\u2028', /line separators/],
    [`${'a'.repeat(309)}@example.com`, /at most 320/],
  ] as const) {
    assert.match(emailProblem(email) ?? '', message, email)
  }
})

test('I17 claims that come from other fields of the account cannot be set', () => {
  for (const claim of [
    'sub',
    'name',
    'preferred_username',
    'email',
    'email_verified',
    'updated_at',
    'groups',
    'roles',
  ]) {
    const { problems = [] } = changeClaims({}, { [claim]: true })
    assert.match(problems[0]?.message ?? '', /^(is|belongs) /, claim)
  }
})

test('a claim that no standard names is rejected, and the message lists the names', () => {
  for (const claim of ['role', '__proto__', 'constructor', 'toString']) {
    const { problems = [] } = changeClaims({}, JSON.parse(`{"${claim}": "admin"}`))
    assert.match(problems[0]?.message ?? '', /given_name, family_name/, claim)
  }
})

test('every claim that a scope releases either has its own field or can be set', () => {
  const elsewhere = ['name', 'preferred_username', 'updated_at', 'email', 'email_verified', 'groups', 'roles']
  assert.deepEqual([...profileClaims, ...elsewhere].sort(), [...standardClaims].sort())
})

test('claims that are not in the change stay, and an empty value removes a claim', () => {
  const before = { given_name: 'Ada', nickname: 'Countess', locale: 'en' }
  const { claims } = changeClaims(before, { nickname: '', locale: null, family_name: 'Lovelace' })
  assert.deepEqual(claims, { given_name: 'Ada', family_name: 'Lovelace' })
  assert.deepEqual(before, { given_name: 'Ada', nickname: 'Countess', locale: 'en' })
})

test('I17 a changed telephone number is not verified, even if the previous one was', () => {
  const before = { phone_number: '+1 555 0100', phone_number_verified: true }
  const change = (changes: object) => changeClaims(before, { ...changes })
  assert.deepEqual(change({ phone_number: '+1 555 0101' }).claims, { phone_number: '+1 555 0101' })
  assert.deepEqual(change({ phone_number: '+1 555 0100' }).claims, before)
  assert.deepEqual(change({ phone_number: '' }).claims, {})
  const both = { phone_number: '+1 555 0101', phone_number_verified: true }
  assert.deepEqual(change(both).claims, both)
  assert.equal(changeClaims({}, { phone_number_verified: true }).problems?.[0]?.message, 'needs a phone_number')
})

test('all problems are reported at once', () => {
  const { problems = [] } = changeClaims({}, { birthdate: 'x', locale: '?', given_name: 'Ada' })
  assert.deepEqual(
    problems.map(({ claim }) => claim),
    ['birthdate', 'locale'],
  )
})
