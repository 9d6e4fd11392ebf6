/** The secrets of confidential clients (RFC 6749 §2.3.1): random or long, so a plain hash keeps them. */
import { hash as hashOf, timingSafeEqual } from 'node:crypto'
import type { Random } from '../environment.ts'

/** Of secrets that people choose. */
const shortestClientSecret = 32

/** RFC 6749 Appendix A.2: VSCHAR. */
export function clientSecretProblem(secret: string): string | undefined {
  if (secret.length < shortestClientSecret) {
    return `must have at least ${shortestClientSecret} characters: make one, for example with: openssl rand -hex 32`
  }
  return /^[\x20-\x7e]{1,1024}$/.test(secret) ? undefined : 'must be at most 1024 ASCII characters'
}

export function newClientSecret(random: Random): string {
  return Buffer.from(random.bytes(32)).toString('base64url')
}

/** What is stored of a secret: its SHA-256. */
export function hashClientSecret(secret: string): string {
  return hashOf('sha256', secret, 'base64url')
}

/** No secret has this hash: it is compared with where there are fewer than two, so that all answers take as long. */
const nobodys = Buffer.alloc(32).toString('base64url')

/** Whether `secret` has one of the hashes, in a time that tells nothing of them, nor of how many they are up to two. */
export function matchesClientSecret(secret: string, hashes: readonly string[]): boolean {
  const presented = Buffer.from(hashClientSecret(secret))
  let isMatch = false
  for (const hash of [...hashes, nobodys, nobodys].slice(0, Math.max(2, hashes.length))) {
    isMatch = timingSafeEqual(presented, Buffer.from(hash)) || isMatch
  }
  return isMatch
}
