/** Whether a SECRET_KEY is the one of the server that was backed up. */
import { openPrivateKey, type SealedKey, SealedKeysError } from '../../keys/stored-key.ts'
import { CommandError } from '../command-error.ts'
import type { Settings } from '../config.ts'

/** @throws CommandError when it is missing */
export function requireSecretKey({ options: { secretKey } }: Settings): string {
  if (typeof secretKey === 'string') return secretKey
  throw new CommandError(
    'SECRET_KEY is missing: set it to the one of the server whose database this is. Nothing was changed.',
  )
}

/** `where` the keys are, for the message. @throws CommandError */
export function requireSameSecret(where: string, sealedKeys: readonly SealedKey[], secretKey: string): void {
  try {
    for (const key of sealedKeys) openPrivateKey(key, secretKey)
  } catch (error) {
    if (!(error instanceof SealedKeysError)) throw error
    throw new CommandError(
      `SECRET_KEY does not open the signing keys in ${where}: set the one of the server that made them. Nothing was changed.`,
    )
  }
}
