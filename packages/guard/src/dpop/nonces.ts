/**
 * Nonces that bound the time in which a proof can have been made (RFC 9449 §9). Nothing is stored: a nonce is its time of issue under
 * a MAC, so that it is good at every process that has the secret, and at no other server.
 */
import { base64url } from 'jose'

export interface Nonces {
  /** A fresh nonce, for the header DPoP-Nonce. */
  readonly issue: () => Promise<string>
  /** Whether a proof's `nonce` was issued here, no longer ago than it is good for. */
  readonly isGood: (nonce: unknown) => Promise<boolean>
}

/** How long a nonce is good for, in seconds: each client is refused about once in that time, and repeats its request. */
export const nonceLifetime = 300

/** How far the clocks of two processes may differ, in seconds. */
const clockTolerance = 30

// Told apart from any other use of the secret, the authorization server's own nonces (RFC 9449 §8) among them.
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
      const mac = await crypto.subtle.sign('HMAC', await key, utf8.encode(purpose + time))
      return `${time}.${base64url.encode(new Uint8Array(mac))}`
    },
    isGood: async (nonce) => {
      const [, time, mac] = typeof nonce === 'string' ? (nonceText.exec(nonce) ?? []) : []
      if (time === undefined || mac === undefined) return false
      const age = now() - Number(time)
      if (!(age <= nonceLifetime && age >= -clockTolerance)) return false
      // Web Crypto compares in constant time.
      return await crypto.subtle.verify(
        'HMAC',
        await key,
        Uint8Array.from(base64url.decode(mac)),
        utf8.encode(purpose + time),
      )
    },
  }
}
