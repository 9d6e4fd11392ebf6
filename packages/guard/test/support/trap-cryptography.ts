/** Cryptography that reports every use and fails: to show that a rejection came before any, or to see what a failure does. */
import { webcrypto } from 'node:crypto'
import type { TestContext } from 'node:test'

export interface Trap {
  readonly uses: () => number
}

const operations = ['verify', 'importKey', 'unwrapKey', 'decrypt', 'deriveBits', 'deriveKey', 'digest'] as const

/** Until the test ends, whatever the runtime's cryptography is asked for fails with a RangeError. */
export function trapCryptography(t: TestContext): Trap {
  let uses = 0
  for (const operation of operations) {
    t.mock.method(webcrypto.subtle, operation, () => {
      uses++
      throw new RangeError('the key store is gone')
    })
  }
  return { uses: () => uses }
}
