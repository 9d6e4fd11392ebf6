/** The tutorial's key: a secret text that signs and verifies (RFC 7518 §3.2). */
import { demand } from '../check-options.ts'
import { type KeySupply, supplyGiven } from './key-supply.ts'

/** @throws TypeError when the secret is short and may not be */
export function supplySecret(secret: string, mayBeShort: boolean): KeySupply {
  const bytes = new TextEncoder().encode(secret)
  // RFC 7518 §3.2: a key of the same size as the hash output (256 bits) or larger MUST be used.
  demand(
    mayBeShort || bytes.length >= 32,
    'secret must have at least 32 bytes, or it can be guessed from one token; in development: unsafeShortSecret: true',
  )
  return supplyGiven(async () => {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['verify'])
    return [{ algorithm: 'HS256', key, unsafeShortSecret: mayBeShort }]
  })
}
