/** A key that reports every use: to show that a refusal came before any cryptography, or to make cryptography fail. */
import type { VerificationKey } from '../../src/index.ts'

export interface TrapKey {
  readonly verification: VerificationKey
  readonly uses: () => number
}

/** Wraps a key; once armed, whoever touches it gets an error that no library knows. */
export function setTrap(verification: VerificationKey): TrapKey & { readonly arm: () => void } {
  let isArmed = false
  let uses = 0
  const key = new Proxy(verification.key, {
    get: (target, property) => {
      if (isArmed) {
        uses++
        throw new RangeError('the key store is gone')
      }
      return Reflect.get(target, property, target)
    },
  })
  return {
    verification: { ...verification, key },
    uses: () => uses,
    arm: () => {
      isArmed = true
    },
  }
}
