/** Encryption of backups in the format of age (https://age-encryption.org/v1), to public keys: the server needs no secret for it. */
import type { Decrypter } from 'age-encryption'
import { BackupError, damaged } from './backup-error.ts'

const beginning = 'age-encryption.org/v1\n'

/** A new key pair: the secret identity, and the recipient that its backups are encrypted to. */
export async function createIdentity(): Promise<{ readonly identity: string; readonly recipient: string }> {
  const age = await import('age-encryption')
  const identity = await age.generateX25519Identity()
  return { identity, recipient: await age.identityToRecipient(identity) }
}

/** @throws BackupError when one of them is not a recipient */
export async function encrypted(
  bytes: AsyncIterable<Uint8Array>,
  recipients: readonly string[],
): Promise<AsyncIterable<Uint8Array>> {
  // Loaded only here: most commands need no encryption.
  const { Encrypter } = await import('age-encryption')
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient)
  return await encrypter.encrypt(ReadableStream.from(bytes))
}

/** Whether the library takes it. */
export async function isRecipient(text: string): Promise<boolean> {
  const { Encrypter } = await import('age-encryption')
  return isTaken(() => new Encrypter().addRecipient(text))
}

export async function isIdentity(text: string): Promise<boolean> {
  const { Decrypter } = await import('age-encryption')
  return isTaken(() => new Decrypter().addIdentity(text))
}

/** The library has no other way to check one. */
function isTaken(add: () => void): boolean {
  try {
    add()
    return true
  } catch {
    return false
  }
}

/** By the first bytes of a file. */
export function isEncrypted(head: Uint8Array): boolean {
  return Buffer.from(head).toString('latin1').startsWith(beginning)
}

/** @throws BackupError when none of the identities opens it, or it is damaged */
export async function* decrypted(
  bytes: AsyncIterable<Uint8Array>,
  identities: readonly string[],
): AsyncGenerator<Uint8Array> {
  if (identities.length === 0) {
    throw new BackupError('encrypted', 'is encrypted. Name the file with its key: --identity <file>.')
  }
  const { Decrypter } = await import('age-encryption')
  const decrypter = new Decrypter()
  for (const identity of identities) decrypter.addIdentity(identity)
  const plain = await opened(decrypter, bytes)
  try {
    for await (const chunk of plain) yield chunk
  } catch (error) {
    throw error instanceof BackupError ? error : damaged('it cannot be decrypted to its end', error)
  }
}

/** The library's errors do not tell which of the two it is. */
async function opened(decrypter: Decrypter, bytes: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  try {
    return await decrypter.decrypt(ReadableStream.from(bytes))
  } catch (error) {
    const message = 'is not opened by the key in the file of --identity, or its first bytes are damaged.'
    throw new BackupError('wrong_identity', message, { cause: error })
  }
}
