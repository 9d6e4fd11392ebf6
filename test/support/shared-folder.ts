/** Folders that cost seconds to make, such as packed packages: made once in a test run, for all test files that read them. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The folder of this name. The first file of the run that asks makes it; others that ask meanwhile wait. When it cannot be made, the
 * error is thrown here, and the next one that asks tries again.
 */
export function sharedFolder(name: string, make: (folder: string) => void): string {
  const { TEST_SHARED_FOLDER: shared } = process.env
  assert.ok(shared, 'the global set-up of the tests names the folder')
  const folder = join(shared, name)
  const complete = join(shared, `${name}.complete`)
  mkdirSync(shared, { recursive: true })
  while (!existsSync(complete)) {
    if (isNew(folder)) {
      try {
        make(folder)
        writeFileSync(complete, '')
      } catch (error) {
        rmSync(folder, { recursive: true, force: true })
        throw error
      }
    } else {
      sleep(200)
    }
  }
  return folder
}

/** Whether this process has just created it: of several at the same time, one has. */
function isNew(folder: string): boolean {
  return mkdirSync(folder, { recursive: true }) !== undefined
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}
