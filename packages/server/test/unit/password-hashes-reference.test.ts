/** The reference of password hash formats: made from the tables that recognise them. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { passwordHashesFile, passwordHashesText } from '../../../../scripts/password-hashes-reference.ts'
import { schemes } from '../../src/passwords/schemes.ts'
import { unsupportedMessage } from '../../src/passwords/unsupported.ts'
import { vectors } from '../passwords/vectors.ts'

test('docs/reference/password-hashes.md is generated from the tables', () => {
  assert.ok(readFileSync(passwordHashesFile, 'utf8') === passwordHashesText(), 'the file is stale: run npm run docs')
})

test('every format has one row, of three cells', () => {
  const rows = passwordHashesText()
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  for (const { name } of schemes) {
    const [row, ...others] = rows.filter((line) => line.startsWith(`| \`${name}\` |`))
    assert.ok(row, name)
    assert.deepEqual(others, [])
    assert.equal(row.split('|').length, 5, row)
    assert.equal(row.split('`').length % 2, 1, row)
  }
})

test('no hash that can be verified is named as not supported', () => {
  for (const { hash } of vectors) assert.equal(unsupportedMessage(hash), undefined, hash)
})
