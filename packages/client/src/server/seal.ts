/** Seals the values of cookies: nobody else can read, change or make them, and they expire (AES-256-GCM, NIST SP 800-38D). */
import { fromBase64url, toBase64url } from '../oauth/encoding.ts'

/** Seals and opens texts. Each text belongs to a name, which says what it is for, and opens under no other. */
export interface Sealer {
  /** `lifetime` is in seconds. Returns a text for a cookie. */
  readonly seal: (name: string, text: string, lifetime: number) => Promise<string>
  /** The text, or `undefined` when it was sealed by others or for another name, was changed, or has expired. */
  readonly open: (name: string, sealed: string) => Promise<string | undefined>
}

type Bytes = Uint8Array<ArrayBuffer>

/** The parameters of AES-GCM in Web Cryptography. */
interface AesGcm {
  readonly name: 'AES-GCM'
  readonly iv: Bytes
  readonly additionalData: Bytes
}

const saltBytes = 16
const ivBytes = 12
const tagBytes = 16
/** Makes keys for other purposes, or for a later version of this one, differ even if the secret is the same (RFC 5869 §3.2). */
const purpose = '@countersign/client web login 1'

/**
 * A sealer with these secrets: the first seals, all of them open.
 *
 * @param owner what the texts belong to. A text of another owner does not open, even if the secret is the same
 * @param now the clock, in seconds
 */
export function createSealer(secrets: readonly string[], owner: readonly string[], now: () => number): Sealer {
  let imported: Promise<readonly CryptoKey[]> | undefined
  const roots = (): Promise<readonly CryptoKey[]> => {
    imported ??= Promise.all(secrets.map(importSecret))
    return imported
  }

  const parameters = (iv: Bytes, name: string): AesGcm => {
    // SP 800-38D §5.2.1.1: authenticated, and not part of the sealed text. In JSON, no two lists are the same text.
    return { name: 'AES-GCM', iv, additionalData: encode(JSON.stringify([...owner, name])) }
  }

  return {
    seal: async (name, text, lifetime) => {
      const [root] = await roots()
      if (!root) throw new TypeError('A sealer needs a secret')
      const salt = crypto.getRandomValues(new Uint8Array(saltBytes))
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
      const content = encode(`${Math.floor(now()) + lifetime} ${text}`)
      const sealed = await crypto.subtle.encrypt(parameters(iv, name), await deriveKey(root, salt), content)
      return toBase64url(Uint8Array.from([...salt, ...iv, ...new Uint8Array(sealed)]))
    },
    open: async (name, sealed) => {
      const bytes = fromBase64url(sealed)
      if (!bytes || bytes.length < saltBytes + ivBytes + tagBytes) return undefined
      const iv = bytes.slice(saltBytes, saltBytes + ivBytes)
      for (const root of await roots()) {
        const content = await decrypt(root, parameters(iv, name), bytes)
        if (content !== undefined) return unexpired(content, now())
      }
      return undefined
    },
  }
}

async function importSecret(secret: string): Promise<CryptoKey> {
  return await crypto.subtle.importKey('raw', encode(secret), 'HKDF', false, ['deriveKey'])
}

/** A key for one text alone. SP 800-38D §8.3 allows 2^32 random IVs per key, which a busy app would reach. */
async function deriveKey(root: CryptoKey, salt: Bytes): Promise<CryptoKey> {
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt, info: encode(purpose) }
  return await crypto.subtle.deriveKey(derivation, root, { name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ])
}

async function decrypt(root: CryptoKey, parameters: AesGcm, bytes: Bytes): Promise<string | undefined> {
  const key = await deriveKey(root, bytes.slice(0, saltBytes))
  try {
    const content = await crypto.subtle.decrypt(parameters, key, bytes.slice(saltBytes + ivBytes))
    return new TextDecoder().decode(content)
  } catch {
    // This is how Web Cryptography reports a tag that does not match.
    return undefined
  }
}

/** The tag matched, so the content has the form that `seal` gave it. */
function unexpired(content: string, now: number): string | undefined {
  const end = content.indexOf(' ')
  return now < Number(content.slice(0, end)) ? content.slice(end + 1) : undefined
}

function encode(text: string): Bytes {
  return new TextEncoder().encode(text)
}
