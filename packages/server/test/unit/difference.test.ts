import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockDifference, describeDifference } from '../../src/trace/difference.ts'

const registered = 'https://app.example.com/cb'

const differences: readonly (readonly [
  title: string,
  expected: readonly string[],
  received: string,
  description: string,
])[] = [
  ['a slash too many', [registered], `${registered}/`, 'https://app.example.com/cb[+/]'],
  ['a missing part', [registered], 'https://app.example.com/', 'https://app.example.com/[-cb]'],
  ['another scheme', [registered], 'http://app.example.com/cb', 'http[-s]://app.example.com/cb'],
  ['another path', [`${registered}/a/x`], `${registered}/b/x`, 'https://app.example.com/cb/[-a+b]/x'],
  ['upper case', [registered], 'https://App.example.com/cb', 'https://[-a+A]pp.example.com/cb'],
  ['a repeated character', ['aa'], 'aaa', 'aa[+a]'],
  [
    'the nearest of several',
    ['https://other.example.org/callback', registered, 'com.example.app:/cb'],
    `${registered}?x=1`,
    'https://app.example.com/cb[+?x=1]',
  ],
  ['no difference', [registered], registered, registered],
  ['nothing registered', [], 'a:b', '[+a:b]'],
  ['terminal control characters', ['a'], 'a\u001b[31m\u202e', 'a[+\\u001b[31m\\u202e]'],
]

for (const [title, expected, received, description] of differences) {
  test(`a redirect URI's difference is marked: ${title}`, () => {
    assert.equal(describeDifference(expected, received), description)
  })
}

const long = `https://app.example.com/${'a'.repeat(2000)}`
const longPairs: readonly (readonly [expected: string, received: string])[] = [
  [`${long}/x/${'b'.repeat(2000)}`, `${long}/y/${'b'.repeat(2000)}`],
  ['c'.repeat(3000), 'd'.repeat(3000)],
  ['', '\u0000'.repeat(3000)],
  [`\u00e9x${'a'.repeat(400)}`, `\u00e9y${'a'.repeat(400)}`],
  [`${'\u202e'.repeat(500)}x`, `${'\u202e'.repeat(500)}y`],
]

for (const [expected, received] of longPairs) {
  test(`the difference of ${received.length} characters is described in at most 200 printable ones`, () => {
    const description = describeDifference([expected], received)
    assert.match(description, /^[\x20-\x7e]{1,200}$/)
    assert.match(description, /\[.+\]/)
  })
}

const clocks: readonly (readonly [seconds: number, description: string])[] = [
  [0, 'expired 0 s ago'],
  [12.9, 'expired 12 s ago'],
  [119, 'expired 119 s ago'],
  [120, 'expired 2 min ago'],
  [7200, 'expired 2 h ago'],
  [3 * 86_400, 'expired 3 days ago'],
  [-40, 'begins in 40 s'],
]

for (const [seconds, description] of clocks) {
  test(`a clock difference of ${seconds} seconds reads "${description}"`, () => {
    assert.equal(clockDifference(seconds), description)
  })
}
