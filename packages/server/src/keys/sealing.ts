/** Seals private keys at rest with AES-256-GCM under a key derived from SECRET_KEY (HKDF-SHA256, RFC 5869). */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { Random } from '../environment.ts'

const algorithm = 'aes-256-gcm'
const ivLength = 12
const tagLength = 16

/** `purpose` binds the sealed text to its place: a text that was sealed for another purpose cannot be opened. */
export function seal(secretKey: string, purpose: string, plain: Uint8Array, random: Random): string {
  const iv = random.bytes(ivLength)
  const cipher = createCipheriv(algorithm, sealingKey(secretKey), iv).setAAD(Buffer.from(purpose))
  const sealed = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  return sealed.toString('base64url')
}

/** Returns `undefined` when `sealed` was not made with this key and purpose, or was changed. */
export function unseal(secretKey: string, purpose: string, sealed: string): Buffer<ArrayBuffer> | undefined {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length < ivLength + tagLength) return undefined
  const decipher = createDecipheriv(algorithm, sealingKey(secretKey), bytes.subarray(0, ivLength))
    .setAAD(Buffer.from(purpose))
    .setAuthTag(bytes.subarray(-tagLength))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(ivLength, -tagLength)), decipher.final()])
  } catch {
    // `final` throws when the tag does not match. There is no function that only checks the tag.
    return undefined
  }
}

function sealingKey(secretKey: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secretKey, '', 'countersign: private keys at rest', 32))
}
