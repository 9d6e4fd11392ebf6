/** The file of an import: its encoding, and how far it is read. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { CommandError } from '../../src/cli/command-error.ts'
import { openImport } from '../../src/cli/users/import-file.ts'

const text = '[{"username": "Ünal 山田 😀"},\n{"username": "b"}]'

async function read(t: TestContext, bytes: Uint8Array): Promise<readonly unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-import-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'users.json')
  writeFileSync(path, bytes)
  const file = openImport(path)
  const values: unknown[] = []
  for await (const { value } of file.rows()) values.push(value)
  assert.equal(file.fractionRead(), 1)
  return values
}

function utf16(value: string, isBigEndian: boolean): Buffer {
  const bytes = Buffer.from(value, 'utf16le')
  return isBigEndian ? bytes.swap16() : bytes
}

test('a file may be UTF-8 or UTF-16, with or without a byte order mark', async (t) => {
  const users = [{ username: 'Ünal 山田 😀' }, { username: 'b' }]
  for (const value of [text, `\uFEFF${text}`]) {
    assert.deepEqual(await read(t, Buffer.from(value)), users)
    assert.deepEqual(await read(t, utf16(value, false)), users)
    assert.deepEqual(await read(t, utf16(value, true)), users)
  }
  const csv = 'username,full_name\n山田,😀\n'
  for (const bytes of [Buffer.from(`\uFEFF${csv}`), utf16(`\uFEFF${csv}`, false)]) {
    assert.deepEqual(await read(t, bytes), [{ username: '山田', full_name: '😀' }])
  }
})

test('a file of another encoding is rejected with the fix', async (t) => {
  const latin1 = Buffer.from('[{"username": "Ünal"}]', 'latin1')
  await assert.rejects(
    read(t, latin1),
    (error) =>
      error instanceof CommandError && /is not valid UTF-8. Convert it, such as with iconv/.test(error.message),
  )
})
