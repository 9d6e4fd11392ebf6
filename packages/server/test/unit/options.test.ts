import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Options, OptionsError, resolveOptions } from '../../src/options.ts'
import { testSecret } from '../support/server.ts'

function problemsOf(options: object): readonly string[] {
  try {
    // What JavaScript may pass.
    resolveOptions({ secretKey: testSecret, ...options } as Options)
    return []
  } catch (error) {
    assert.ok(error instanceof OptionsError)
    return error.problems.map(({ option, message }) => `${option} ${message}`)
  }
}

const misspelt: readonly [key: string, hint: string][] = [
  ['algoritm', 'algorithm'],
  ['Issuer', 'issuer'],
  ['accesTokenExpireMinutes', 'accessTokenExpireMinutes'],
  ['trustedProxie', 'trustedProxies'],
  ['demos', 'demo'],
]
for (const [key, hint] of misspelt) {
  test(`an unknown option is an error: ${key}`, () => {
    assert.deepEqual(problemsOf({ [key]: 'x' }), [`${key} is not an option: did you mean ${hint}?`])
  })
}

test('an unknown option that is like none gets no hint', () => {
  assert.deepEqual(problemsOf({ colour: 'x' }), ['colour is not an option'])
})

test('all that is wrong is told, a weak secret too', () => {
  const problems = problemsOf({ secretKey: 'short', algorithm: 'none', issuer: 'ftp://x' })
  assert.deepEqual(
    problems.map((problem) => problem.split(' ')[0]),
    ['secretKey', 'algorithm', 'issuer'],
  )
})

test('issuers are https, or http on a loopback host', () => {
  for (const issuer of [
    'https://login.example.com',
    'https://example.com/tenant',
    'http://localhost:8000',
    'http://[::1]:1',
    'http://127.0.0.2',
  ]) {
    assert.deepEqual(problemsOf({ issuer }), [], issuer)
  }
  for (const issuer of [
    'http://example.com',
    'http://127.example.com',
    'https://a@example.com',
    'https://example.com/#',
    'example.com',
  ]) {
    assert.equal(problemsOf({ issuer }).length, 1, issuer)
  }
})
