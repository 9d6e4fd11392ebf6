/** A tool that a test needs and that is not installed. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'

/** Skips the test with the reason. In CI on Linux, where all of them can be installed, that is a failure. */
export function skipWithout(t: TestContext, reason: string): void {
  if (process.env['CI'] === 'true' && process.platform === 'linux') assert.fail(reason)
  t.skip(reason)
}
