/** Random strings that give access, and the hashes under which they are stored. */
import { hash } from 'node:crypto'
import type { Random } from '../environment.ts'

/** 256 random bits after a prefix that names the kind of token (RFC 6749 §10.10 requires at least 128). */
export function randomToken(random: Random, prefix: string): string {
  return `${prefix}${Buffer.from(random.bytes(32)).toString('base64url')}`
}

/** SHA-256, base64url. Enough for a random string, which nobody can guess. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'base64url')
}
