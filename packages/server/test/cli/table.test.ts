/** Tables for terminals: aligned also with wide characters, shortened where they do not fit, without control characters. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fc } from '../../../../test/support/fast-check.ts'
import { formatTable } from '../../src/cli/terminal/table.ts'
import { shorten, textWidth } from '../../src/cli/terminal/text-width.ts'

type Row = readonly [string, string]

const columns = [
  { title: 'NAME', text: ([name]: Row) => name },
  { title: 'WORD', text: ([, word]: Row) => word, style: () => 'red' as const },
]

const plain = (_style: string, text: string) => text

test('cells are aligned, and colours do not change that', () => {
  const rows: readonly Row[] = [
    ['a', 'x'],
    ['long name', ''],
  ]
  assert.deepEqual(formatTable(columns, rows, 80, plain), ['NAME       WORD', 'a          x', 'long name'])
  assert.deepEqual(
    formatTable(columns, rows, 80, (style, text) => `<${style}>${text}</>`),
    ['<bold>NAME     </>  <bold>WORD</>', 'a          <red>x</>', 'long name  <red></>'],
  )
})

test('a wide character takes two columns, a combining one none', () => {
  for (const [text, width] of [
    ['山田', 4],
    ['한국', 4],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['🇫🇷', 2],
    ['ﬀ', 1],
    ['Ｔｉｍ', 6],
    ['', 0],
  ] as const) {
    assert.equal(textWidth(text), width, text)
  }
  assert.equal(shorten('山田太郎', 6), '山田…')
  assert.equal(shorten('山田太郎', 8), '山田太郎')
})

test('control characters of users do not reach the terminal', () => {
  const [, line] = formatTable(columns, [['\u001b[2J', 'a\nb']], 80, plain)
  assert.equal(line, '?[2J  a?b')
})

const whole = [
  { title: 'KEY ID', text: ([id]: Row) => id, isWhole: true },
  { title: 'STATE', text: ([, word]: Row) => word },
]

test('a column that must be whole is not shortened: the others are', () => {
  const rows: readonly Row[] = [['0123456789', 'retired since yesterday']]
  assert.deepEqual(formatTable(whole, rows, 20, plain), ['KEY ID      STATE', '0123456789  retired…'])
})

test('where that leaves the others too little, the first column has a line of its own', () => {
  const rows: readonly Row[] = [
    ['0123456789', 'retired since yesterday'],
    ['id', ''],
  ]
  assert.deepEqual(formatTable(whole, rows, 19, plain), [
    'KEY ID',
    '  STATE',
    '0123456789',
    '  retired since ye…',
    'id',
    '',
  ])
  // A terminal breaks a line that is too long, and copies it in one.
  assert.ok(formatTable(whole, rows, 5, plain).includes('0123456789'))
})

test('no line is wider than the terminal, as long as eight columns are left for each cell', () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 60 })
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell)), fc.integer({ min: 18, max: 120 }), (rows, width) => {
      for (const line of formatTable(columns, rows, width, plain)) assert.ok(textWidth(line) <= width, line)
    }),
  )
})

test('what must be whole is in the table as it is, at any width', () => {
  const cell = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 60 })
  const columns = whole.map((column) => ({ ...column, isWhole: true }))
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell)), fc.integer({ min: 1, max: 120 }), (rows, width) => {
      const table = formatTable(columns, rows, width, plain).join('\n')
      for (const text of rows.flat()) assert.ok(table.includes(text.trimEnd()), table)
    }),
  )
})
