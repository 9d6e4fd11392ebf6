/** Which errors a command explains by the file system, and which are our own mistakes. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileErrorCode } from '../../src/cli/file-error.ts'

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return assert.fail('nothing was thrown')
}

test('an error of the file system has its code', () => {
  assert.equal(fileErrorCode(thrownBy(() => readFileSync(import.meta.dirname))), 'EISDIR')
  assert.equal(fileErrorCode(thrownBy(() => readFileSync(`${import.meta.filename}.none`))), 'ENOENT')
})

test('another error is thrown again, also when it has a code', () => {
  for (const error of [thrownBy(() => readFileSync(7.5)), new TypeError('x is not a function'), 'text']) {
    assert.equal(
      thrownBy(() => fileErrorCode(error)),
      error,
    )
  }
})
