/**
 * The passwords that many people choose (NIST SP 800-63B-4 §3.1.1.2: compare with a blocklist), as a Bloom filter: it finds each of them, and
 * takes one other password in 15,000 for one of them (twice as many with spaces).
 */
import { hash } from 'node:crypto'
import { filter } from './common-passwords-filter.ts'
import { normalise } from './normalise.ts'

/** Bits of the filter for each password, and how many of them each sets. */
export const bitsPerPassword = 20
const bitsOfPassword = 14

let bytes: Uint8Array | undefined

/** Whether the password is one of the 100,000 most common ones, in any case, and with any spaces and invisible characters between. */
export function isCommonPassword(password: string): boolean {
  return isInFilter(password) || isInFilter(password.replace(/[\s\p{Default_Ignorable_Code_Point}]/gu, ''))
}

function isInFilter(password: string): boolean {
  bytes ??= Buffer.from(filter, 'base64')
  const bits = bytes
  return positionsOf(password, bits.length * 8).every((at) => ((bits[at >> 3] ?? 0) & (1 << (at & 7))) !== 0)
}

/** The filter of these passwords. `scripts/common-passwords.ts` makes the one of this package. */
export function filterOf(passwords: readonly string[]): Uint8Array {
  const made = new Uint8Array(Math.ceil((passwords.length * bitsPerPassword) / 8))
  for (const password of passwords) {
    for (const at of positionsOf(password, made.length * 8)) made[at >> 3] = (made[at >> 3] ?? 0) | (1 << (at & 7))
  }
  return made
}

/** How a password is compared: people vary capitals and spaces. */
export function folded(password: string): string {
  return normalise(password).toLowerCase().trim()
}

/** The bits that stand for a password, by double hashing. */
function positionsOf(password: string, size: number): readonly number[] {
  const digest = hash('sha256', folded(password), 'buffer')
  const [first, second] = [digest.readUInt32BE(0), digest.readUInt32BE(4)]
  return Array.from({ length: bitsOfPassword }, (_, index) => (first + index * second) % size)
}
