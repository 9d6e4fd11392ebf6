/** Why a file cannot be restored. */

/** The message is for the operator, and begins after the name of the file: `is damaged: ...`. */
export class BackupError extends Error {
  readonly code: 'damaged' | 'encrypted' | 'wrong_identity' | 'other_version'

  constructor(code: BackupError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'BackupError'
    this.code = code
  }
}

export function damaged(reason: string, cause?: unknown): BackupError {
  const message = `is damaged, or is not a backup of Countersign: ${reason}.`
  return new BackupError('damaged', message, { cause })
}
