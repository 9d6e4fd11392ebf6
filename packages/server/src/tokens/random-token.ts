/** Random strings that open something, and the hashes under which they are stored. */
import { hash } from 'node:crypto'
import type { Random } from '../environment.ts'

/** 256 random bits behind a prefix that tells what the string is (RFC 6749 §10.10 asks for 128 at least). */
export function randomToken(random: Random, prefix: string): string {
  return `${prefix}${Buffer.from(random.bytes(32)).toString('base64url')}`
}

/** SHA-256, base64url. Enough for a random string: there is nothing to guess. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'base64url')
}
