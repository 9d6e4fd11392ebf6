/** Who can read the files with secrets. */
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Finding, notesOf } from './finding.ts'

export interface FileFacts {
  readonly path: string
  readonly isFolder: boolean
  /** The bits of the permissions, such as 0o600. */
  readonly mode: number
}

const notes = notesOf('files')

/** `.env`, the file of SQLite with what belongs to it, the secret of `dev`, and their folder; those that exist. */
export function readFiles(databasePath: string | undefined, dataDir: string): readonly FileFacts[] {
  const folder = databasePath === undefined ? dataDir : dirname(databasePath)
  const sides = databasePath === undefined ? [] : ['', '-wal', '-shm'].map((side) => `${databasePath}${side}`)
  return ['.env', `${dataDir}/secret-key`, ...sides, folder].flatMap((path) => {
    const stats = statSync(path, { throwIfNoEntry: false })
    return stats ? [{ path, isFolder: stats.isDirectory(), mode: stats.mode & 0o777 }] : []
  })
}

/** Windows has no such permissions. */
export function checkFiles(files: readonly FileFacts[], platform: NodeJS.Platform): readonly Finding[] {
  if (platform === 'win32') return [notes.skipped('Permissions of files: Windows has others.')]
  const findings = files.flatMap(({ path, isFolder, mode }): Finding[] => {
    // What is in a folder is protected by its own permissions, unless others may replace it.
    const open = mode & (isFolder ? 0o022 : 0o077)
    if (open === 0) return []
    const right = isFolder ? '700' : '600'
    const everybody = (open & 0o007) !== 0
    const message = `${path} has the mode ${mode.toString(8)}: ${everybody ? 'every user' : 'its group'} of this machine can ${isFolder ? 'replace what is in it' : 'read it'}.`
    const fix = `chmod ${right} ${path}`
    return [everybody ? notes.problem(message, fix) : notes.warning(message, fix)]
  })
  if (findings.length > 0) return findings
  return [notes.ok('Only their owner can read the files with secrets.')]
}
