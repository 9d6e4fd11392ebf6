/** The file of a backup, and the file with the key that opens it. */
import { closeSync, createReadStream, openSync, readSync, type Stats, statSync } from 'node:fs'
import { BackupError } from '../../backup/backup-error.ts'
import { decrypted, isEncrypted, isIdentity } from '../../backup/encryption.ts'
import { CommandError } from '../command-error.ts'
import { readBounded } from '../read-bounded.ts'

export interface BackupFile {
  readonly isEncrypted: boolean
  /** Its decrypted bytes from the first one on, each time that it is called. */
  readonly bytes: () => AsyncIterable<Uint8Array>
}

/** @throws CommandError when a file cannot be read, or the identity is none */
export async function openBackupFile(path: string, identityFile: string | undefined): Promise<BackupFile> {
  const head = headOf(path)
  const identities = identityFile === undefined ? [] : await readIdentities(identityFile)
  return {
    isEncrypted: isEncrypted(head),
    bytes: () => bytesOf(path, isEncrypted(head) ? identities : undefined),
  }
}

/** The decrypted bytes of a file, which is not encrypted when there are no `identities`. */
export function bytesOf(path: string, identities: readonly string[] | undefined): AsyncIterable<Uint8Array> {
  const stored = createReadStream(path)
  return identities === undefined ? stored : decrypted(stored, identities)
}

/** Performs `work`; an error about the backup begins with its name, and ends with what follows from it. @throws CommandError */
export async function namingBackup<Result>(
  path: string,
  outcome: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof BackupError ? new CommandError(`${path} ${error.message} ${outcome}`.trimEnd()) : error
  }
}

function headOf(path: string): Uint8Array {
  const head = Buffer.alloc(64)
  requireFile(path)
  try {
    const file = openSync(path, 'r')
    try {
      return head.subarray(0, readSync(file, head))
    } finally {
      closeSync(file)
    }
  } catch {
    throw unreadable(path)
  }
}

/** Before it is opened: that of a pipe to which nobody writes never returns. */
function requireFile(path: string): void {
  const found = statOf(path)
  if (found?.isFile() === true) return
  if (found === undefined) throw unreadable(path)
  throw new CommandError(`${path} is not a file. It is read twice: once to check it, once to restore it.`)
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

/** As age-keygen writes them: one a line, comments begin with `#`. */
async function readIdentities(path: string): Promise<readonly string[]> {
  const lines = linesOf(path).filter((line) => line !== '' && !line.startsWith('#'))
  const areIdentities = await Promise.all(lines.map(isIdentity))
  if (lines.length > 0 && areIdentities.every(Boolean)) return lines
  throw new CommandError(`${path} has no key for backups. Its lines begin with AGE-SECRET-KEY-1.`)
}

function linesOf(path: string): readonly string[] {
  try {
    return readBounded(path)
      .toString('utf8')
      .split('\n')
      .map((line) => line.trim())
  } catch (error) {
    throw error instanceof CommandError ? error : unreadable(path)
  }
}

function unreadable(path: string): CommandError {
  return new CommandError(`${path} cannot be read. Check the path and its permissions.`)
}
