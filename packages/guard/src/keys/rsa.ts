/** Whether the two numbers of an RSA public key are sound (RFC 7518 §6.3.1). */
import { hasRocaFingerprint } from './roca.ts'

/** Beyond it a signature is a long calculation that whoever sends a key could ask for. */
const mostModulusBytes = 1024

/** What is wrong with them, to complete "the key: its", if anything is. */
export function faultOfRsa(modulus: Uint8Array, exponent: Uint8Array): string | undefined {
  if (modulus.length > mostModulusBytes) return `its modulus is longer than ${mostModulusBytes * 8} bits`
  const number = numberOf(modulus)
  // RFC 7518 §3.3, §3.5: 2048 bits or larger MUST be used.
  if (number < 2n ** 2047n) return 'its modulus is shorter than 2048 bits'
  if (!isSoundExponent(exponent)) return 'its exponent must be odd, from 65537 to 64 bits'
  return hasRocaFingerprint(number) ? 'it can be factored (CVE-2017-15361)' : undefined
}

/** FIPS 186-5 §A.1.1: an odd exponent of at least 65537. No more than 64 bits: one as long as the modulus costs milliseconds a signature. */
export function isSoundExponent(exponent: Uint8Array): boolean {
  const value = numberOf(exponent)
  return value >= 65537n && value < 2n ** 64n && value % 2n === 1n
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
}
