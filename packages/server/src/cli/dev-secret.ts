/** The secret of `countersign dev`, in the data folder, which git ignores from then on. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemRandom } from '../environment.ts'
import { CommandError } from './command-error.ts'
import { fileErrorCode } from './file-error.ts'
import { addMissingLines } from './init/missing-lines.ts'
import { requireIgnored } from './init/require-ignored.ts'

const secretName = 'secret-key'

/** Made at the first start. Only its owner can read it. @throws CommandError */
export function storedSecret(dataDir: string): string {
  const path = join(dataDir, secretName)
  // First: there is no moment in which git would add the secret.
  ignoreInGit(dataDir)
  if (!existsSync(path)) requireIgnored(path)
  try {
    try {
      writeFileSync(path, `${newSecret()}\n`, { mode: 0o600, flag: 'wx' })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      chmodSync(path, 0o600)
    }
    const secret = readFileSync(path, 'utf8').trim()
    if (secret !== '') return secret
  } catch (error) {
    notWritable(dataDir, error)
  }
  throw new CommandError(`${path} is empty. Restore it, or remove it together with the database to start again.`)
}

/** 32 random bytes as text. */
export function newSecret(): string {
  return Buffer.from(systemRandom.bytes(32)).toString('base64url')
}

/**
 * Makes git ignore the secret and the database. A new folder is ours, and git ignores all of it; in a folder that has other files,
 * git ignores only these.
 * @throws CommandError
 */
export function ignoreInGit(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const isNew = readdirSync(dataDir).length === 0
    addMissingLines(join(dataDir, '.gitignore'), isNew ? ['*'] : [secretName, 'countersign.db*'], ['*'])
  } catch (error) {
    notWritable(dataDir, error)
  }
}

function notWritable(dataDir: string, error: unknown): never {
  const code = fileErrorCode(error)
  throw new CommandError(`The folder ${dataDir} is not writable (${code}). Set DATA_DIR to a writable folder.`)
}
