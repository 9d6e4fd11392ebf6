/** The tutorial's key: a secret that signs and verifies (RFC 7518 §3.2). */
import { demand, demandName } from '../check-options.ts'
import { hs256 } from './algorithms.ts'
import { type KeySupply, supplyGiven } from './key-supply.ts'

/** @throws TypeError when the secret is too short */
export function supplySecret(secret: string, mayBeShort: boolean): KeySupply {
  demandName(secret, 'secret')
  const bytes = new TextEncoder().encode(secret)
  // RFC 7518 §3.2: a key of the same size as the hash output (256 bits) or larger MUST be used.
  demand(
    mayBeShort || bytes.length >= 32,
    'secret must have at least 32 bytes, or it can be guessed; in development: unsafeShortSecret: true',
  )
  return supplyGiven(async () => {
    const key = await crypto.subtle.importKey('raw', bytes, hs256, false, ['verify'])
    return [{ algorithm: 'HS256', key, facts: hs256 }]
  })
}
