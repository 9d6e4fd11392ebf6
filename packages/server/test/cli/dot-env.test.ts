/** Any file may be called `.env`. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fc } from '../../../../test/support/fast-check.ts'
import { CommandError } from '../../src/cli/command-error.ts'
import { readDotEnv } from '../../src/cli/dot-env.ts'
import { textsOf } from '../support/any-text.ts'

/** Reads it in a folder of its own. */
function reading(t: TestContext): (content: string | Uint8Array) => ReturnType<typeof readDotEnv> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-dot-env-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return (content) => {
    writeFileSync(join(folder, '.env'), content)
    const before = process.cwd()
    process.chdir(folder)
    try {
      return readDotEnv()
    } finally {
      process.chdir(before)
    }
  }
}

test('any bytes are read as variables, or rejected with a sentence that names the file', (t) => {
  const read = reading(t)
  const texts = textsOf('A=', '\nB=', 'export ', '#', '"', "'", '`', '\\n', '$A', '\r')
  const property = fc.property(fc.oneof(texts, fc.uint8Array({ maxLength: 200 })), (content) => {
    try {
      for (const value of Object.values(read(content))) assert.equal(typeof value, 'string')
    } catch (error) {
      assert.ok(error instanceof CommandError)
      assert.match(error.message, /^\.env /)
    }
  })
  fc.assert(property, { numRuns: 300 })
})

test('what was written is read back, whatever stands around it', (t) => {
  const read = reading(t)
  const name = fc.string({ unit: fc.constantFrom(...'ABCXYZ_'), minLength: 1, maxLength: 20 })
  const value = fc.string({ unit: fc.constantFrom(...'abcXYZ019+/=:.-_@?&%'), minLength: 1, maxLength: 100 })
  const end = fc.constantFrom('\n', '\r\n')
  const property = fc.property(
    fc.dictionary(name, value, { maxKeys: 5 }),
    end,
    fc.boolean(),
    (variables, line, hasMark) => {
      const lines = Object.entries(variables).flatMap(([one, text]) => [`# ${one}`, '', `${one}=${text}`])
      assert.deepEqual({ ...read(`${hasMark ? '\ufeff' : ''}${lines.join(line)}`) }, { ...variables })
    },
  )
  fc.assert(property, { numRuns: 200 })
})
