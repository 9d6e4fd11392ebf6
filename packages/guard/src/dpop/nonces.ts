/**
 * Nonces, which limit when a proof can have been made (RFC 9449 §9). Nothing is stored: a nonce is its time of issue with a MAC, so
 * that every process with the secret accepts it, and no other server does.
 */
import { encodeBase64Url } from '../digest.ts'
import { decodeBase64Url } from '../jwt/base64url.ts'

export interface Nonces {
  /** A new nonce, for the header DPoP-Nonce. */
  readonly issue: () => Promise<string>
  /** Whether a proof's `nonce` was issued with this secret and has not expired. */
  readonly isValid: (nonce: unknown) => Promise<boolean>
}

/** The lifetime of a nonce, in seconds: each client is rejected about once in that time, and repeats its request. */
export const nonceLifetime = 300

/** How far the clocks of two processes may differ, in seconds. */
const clockTolerance = 30

// Separates these nonces from any other use of the secret, such as the authorization server's own nonces (RFC 9449 §8).
const purpose = 'countersign guard, nonce of DPoP proofs, '

// RFC 9449 §8.1: 1*NQCHAR. The time in seconds, and 32 bytes of MAC.
const nonceText = /^([0-9]{1,15})\.([A-Za-z0-9_-]{43})$/

/** @param now seconds since the epoch */
export function createNonces(secret: string, now: () => number): Nonces {
  const utf8 = new TextEncoder()
  const key = crypto.subtle.importKey('raw', utf8.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ])

  return {
    issue: async () => {
      const time = String(Math.floor(now()))
      return `${time}.${encodeBase64Url(await crypto.subtle.sign('HMAC', await key, utf8.encode(purpose + time)))}`
    },
    isValid: async (nonce) => {
      const [, time, text = ''] = typeof nonce === 'string' ? (nonceText.exec(nonce) ?? []) : []
      const mac = decodeBase64Url(text)
      if (time === undefined || mac === undefined) return false
      const age = now() - Number(time)
      if (!(age <= nonceLifetime && age >= -clockTolerance)) return false
      // Web Crypto compares in constant time.
      return await crypto.subtle.verify('HMAC', await key, mac, utf8.encode(purpose + time))
    },
  }
}
