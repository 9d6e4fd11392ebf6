/** A small file that a flag or a setting names, which may be anything: none ends the command without a sentence, or never. */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { CommandError } from '../../src/cli/command-error.ts'
import { readBounded } from '../../src/cli/read-bounded.ts'
import { openImport } from '../../src/cli/users/import-file.ts'
import type { Scope } from '../support/scope.ts'

const bounds = { bytes: 1000, milliseconds: 50 }

/** Windows has neither pipes nor devices in its folders. */
const skip = process.platform === 'win32' && 'Windows has no such files'

function pathIn(scope: Scope, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bounded-'))
  scope.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, name)
}

function pipeIn(scope: Scope): string {
  const path = pathIn(scope, 'pipe')
  execFileSync('mkfifo', [path])
  return path
}

function rejects(path: string, message: RegExp): void {
  assert.throws(
    () => readBounded(path, bounds),
    (error) => error instanceof CommandError && message.test(error.message),
  )
}

test('a file is read as far as the bound', (t) => {
  const path = pathIn(t, 'file')
  for (const length of [0, 1, 1000]) {
    writeFileSync(path, 'a'.repeat(length))
    assert.equal(readBounded(path, bounds).toString(), 'a'.repeat(length))
  }
  writeFileSync(path, 'a'.repeat(1001))
  rejects(path, /has more than 1,000 bytes\. Name another file\.$/)
})

test('a device without an end is rejected', { skip }, () => {
  for (const path of ['/dev/zero', '/dev/urandom']) rejects(path, /has more than 1,000 bytes/)
  assert.equal(readBounded('/dev/null', bounds).length, 0)
})

test('a folder is rejected', { skip }, (t) => {
  rejects(join(pathIn(t, 'file'), '..'), / is a folder, not a file\.$/)
})

test('a pipe that nobody writes to is rejected', { skip }, (t) => {
  rejects(pipeIn(t), /pipe is a pipe or a device, and does not end\.$/)
})

test('a pipe that is kept open without an end is rejected', { skip }, async (t) => {
  const path = pipeIn(t)
  // Opened for both, it waits for no reader.
  const writer = spawn('sh', ['-c', `exec 3<>"$0"; echo secret >&3; echo written; exec sleep 600`, path])
  t.after(() => writer.kill())
  await once(writer.stdout, 'data')
  rejects(path, /pipe is a pipe or a device, and does not end\.$/)
})

test('a pipe is read to its end, also from a slow writer', { skip }, (t) => {
  const path = pipeIn(t)
  spawn('sh', ['-c', '{ sleep 0.1; echo one; sleep 0.1; echo two; } > "$0"', path])
  assert.equal(readBounded(path, { bytes: 1000, milliseconds: 30_000 }).toString(), 'one\ntwo\n')
})

test('a pipe whose writer has ended without a byte is empty', { skip }, (t) => {
  const path = pipeIn(t)
  spawn('sh', ['-c', 'exec 3>"$0"; sleep 0.2', path])
  assert.equal(readBounded(path, { bytes: 1000, milliseconds: 30_000 }).length, 0)
})

const noPipeWithoutName = process.platform !== 'linux' && 'Such a pipe cannot be told from others'

test('the output of a command that has printed nothing is empty', { skip: noPipeWithoutName }, () => {
  const reader = new URL('../../src/cli/read-bounded.ts', import.meta.url)
  const script = `
    import { readBounded } from ${JSON.stringify(reader.href)}
    console.log(readBounded('/dev/stdin', ${JSON.stringify(bounds)}).length)`
  const line = 'false | "$0" --input-type=module --eval "$1"'
  assert.equal(execFileSync('sh', ['-c', line, process.execPath, script], { encoding: 'utf8' }), '0\n')
})

test('an import from a pipe is rejected, also when nobody writes to it', { skip }, (t) => {
  assert.throws(() => openImport(pipeIn(t)), /pipe is not a file\. It is read twice/)
})
