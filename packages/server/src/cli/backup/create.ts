/** `countersign backup create`. */
import { statSync } from 'node:fs'
import { checkBackup } from '../../backup/check-backup.ts'
import { createIdentity, isRecipient } from '../../backup/encryption.ts'
import type { Header } from '../../backup/format.ts'
import { describeSnapshot, type OnRows, writeBackup } from '../../backup/write-backup.ts'
import { systemClock } from '../../environment.ts'
import { openSnapshot } from '../../store/open-snapshot.ts'
import type { Snapshot } from '../../store/snapshot.ts'
import { UsageError } from '../command-error.ts'
import { readSettings } from '../config.ts'
import { print, printJson } from '../terminal/print.ts'
import { createProgressBar } from '../terminal/progress.ts'
import { requireStoredDatabase } from '../with-store.ts'
import { bytesOf, namingBackup } from './backup-file.ts'
import { backupJson, contentsOf } from './describe-backup.ts'
import { requireFree, writeNewFile } from './new-file.ts'

export interface CreateFlags {
  readonly recipients: readonly string[]
  /** Whether the file may replace another. */
  readonly replaces: boolean
  readonly isJson: boolean
}

export async function create(path: string, flags: CreateFlags): Promise<void> {
  const { recipients, replaces, isJson } = flags
  await requireRecipients(recipients)
  const url = requireStoredDatabase(await readSettings({ logLevel: 'info' }))
  requireFree(path, replaces, 'Choose another name, or replace it with --force.')
  const snapshot = await openSnapshot(url)
  const bar = createProgressBar()
  const showing = (task: string): OnRows => {
    return (done, total) => bar.show({ task, fraction: done / total, done, unit: 'rows' })
  }
  const header = await write(path, flags, snapshot, showing).finally(async () => {
    bar.end()
    await snapshot.close()
  })
  const { size } = statSync(path)
  const isEncrypted = recipients.length > 0
  if (isJson) return printJson({ file: path, bytes: size, encrypted: isEncrypted, ...backupJson(header) })
  print(`Wrote ${path}: ${contentsOf(header)}, ${size.toLocaleString('en-US')} bytes. It was read again, and is whole.`)
  if (!isEncrypted) print('It is not encrypted. It has names, e-mail addresses and password hashes: see --recipient.')
  print('SECRET_KEY is not in it, and is needed to restore it: keep a copy of SECRET_KEY elsewhere.')
}

async function write(
  path: string,
  { recipients, replaces }: CreateFlags,
  snapshot: Snapshot,
  showing: (task: string) => OnRows,
): Promise<Header> {
  const header = await describeSnapshot(snapshot, systemClock())
  // This process alone has this key, to read the encrypted file again.
  const own = recipients.length === 0 ? undefined : await createIdentity()
  const bytes = await writeBackup(snapshot, header, own ? [...recipients, own.recipient] : [], showing('Backing up'))
  const check = async (unnamed: string) => {
    await checkBackup(bytesOf(unnamed, own && [own.identity]), showing('Checking'))
  }
  await namingBackup(path, 'No backup was kept: check the disk.', () => writeNewFile({ path, replaces, check }, bytes))
  return header
}

/** @throws UsageError */
async function requireRecipients(recipients: readonly string[]): Promise<void> {
  for (const recipient of recipients) {
    if (await isRecipient(recipient)) continue
    throw new UsageError(
      '--recipient must be a public key that begins with age1, such as backup new-key prints. Never give it the secret key.',
    )
  }
}
