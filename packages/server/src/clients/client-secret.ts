/** The secrets of confidential clients (RFC 6749 §2.3.1): random or long, so a plain hash protects them. */
import { hash as hashOf, timingSafeEqual } from 'node:crypto'
import type { Random } from '../environment.ts'

/** For secrets that people choose. */
const minSecretLength = 32
const maxSecretLength = 1024

/** RFC 6749 Appendix A.2: VSCHAR. */
export function clientSecretProblem(secret: string): string | undefined {
  if (secret.length < minSecretLength) {
    return `must have at least ${minSecretLength} characters: make one, for example with: openssl rand -hex 32`
  }
  return secret.length <= maxSecretLength && /^[\x20-\x7e]+$/.test(secret)
    ? undefined
    : `must be at most ${maxSecretLength} ASCII characters`
}

export function newClientSecret(random: Random): string {
  return Buffer.from(random.bytes(32)).toString('base64url')
}

/** What is stored of a secret: its SHA-256. */
export function hashClientSecret(secret: string): string {
  return hashOf('sha256', secret, 'base64url')
}

/** The hash of no secret. It fills the list of hashes up to two, so that every comparison takes the same time. */
const hashOfNothing = Buffer.alloc(32).toString('base64url')

/** Whether `secret` has one of the hashes. The time depends neither on the hashes nor, up to two, on their number. */
export function matchesClientSecret(secret: string, hashes: readonly string[]): boolean {
  const presented = Buffer.from(hashClientSecret(secret))
  let isMatch = false
  for (const hash of [...hashes, hashOfNothing, hashOfNothing].slice(0, Math.max(2, hashes.length))) {
    isMatch = timingSafeEqual(presented, Buffer.from(hash)) || isMatch
  }
  return isMatch
}
