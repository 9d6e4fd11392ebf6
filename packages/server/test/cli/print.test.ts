/** What is printed has no effect on the terminal. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { UsageError } from '../../src/cli/command-error.ts'
import { printFields } from '../../src/cli/terminal/list.ts'
import { printError } from '../../src/cli/terminal/print.ts'
import { describeReport } from '../../src/cli/users/describe-report.ts'
import { readProfileFlags } from '../../src/cli/users/profile-flags.ts'
import { plain } from '../../src/users/import/formats/plain.ts'

function written(t: TestContext, stream: NodeJS.WriteStream, work: () => void): string {
  const write = t.mock.method(stream, 'write', () => true)
  try {
    work()
    return write.mock.calls.map(({ arguments: [text] }) => String(text)).join('')
  } finally {
    write.mock.restore()
  }
}

test('an error shows what commands a terminal as ?, and keeps its lines', (t) => {
  const text = written(t, process.stderr, () => printError('a\u001b[31m\u009b1mb\u202e\n\tc'))
  assert.equal(text, 'a?[31m?1mb?\n\tc\n')
})

test('a claim without a value is named as it was given: the error makes it printable', (t) => {
  assert.throws(
    () => readProfileFlags({ claim: ['x\u001b[31m'] }),
    (error) => {
      assert.ok(error instanceof UsageError)
      const text = written(t, process.stderr, () => printError(error.message))
      assert.match(text, /^--claim x\?\[31m has no value\./)
      return true
    },
  )
})

test('names and values of a user show it as ?', (t) => {
  const text = written(t, process.stdout, () => printFields([['  x\u001b[31m', 'y\u009b1m']]))
  assert.equal(stripVTControlCharacters(text), '  x?[31m  y?1m\n')
})

test('the report of an import shows it as ?', () => {
  const bad = 'a\u001b[31m'
  const text = describeReport(
    {
      rows: 1,
      others: 0,
      imported: 0,
      updated: 0,
      present: 0,
      belowFloor: 0,
      wrapped: 0,
      disabled: 1,
      disabledBy: new Map([[bad, 1]]),
      schemes: new Map([['none', 1]]),
      withoutPassword: [bad],
      lookalikes: [{ username: bad, looksLike: bad }],
      ignored: [bad],
      mapped: new Set(),
      unusedRules: [],
      questions: new Map([
        [bad, { about: 'rights', place: 'line 1', rows: 1 }],
        ['roles', { about: 'labels', place: 'line 1', rows: 1 }],
      ]),
      leftOut: new Map([
        ['x', { problem: { code: 'invalid', field: bad, message: 'is y\u009b1m' }, place: 'line 1', rows: 1 }],
      ]),
      rejected: 1,
      rejectedRows: [
        { row: 1, place: 'line 1', problems: [{ code: 'invalid', field: 'x\u001b[31m', message: 'is y\u009b1m' }] },
      ],
    },
    plain,
  )
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
  assert.match(text, /rejected, line 1: x\?\[31m is y\?1m/)
  assert.match(text, /asked, roles of 1 .* Add disabled: true to such users in the file, and say --map ignore=roles$/m)
})
