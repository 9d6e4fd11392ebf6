/** Restores a file: checks it, asks, and restores it. */
import { type CheckedBackup, checkBackup } from '../../backup/check-backup.ts'
import { restoreBackup } from '../../backup/restore-backup.ts'
import type { OnRows } from '../../backup/write-backup.ts'
import { systemRandom } from '../../environment.ts'
import { StoreError } from '../../store/errors.ts'
import { CommandError } from '../command-error.ts'
import { defaultDatabaseUrl, readSettings } from '../config.ts'
import { requireNewDatabaseIgnored } from '../init/require-ignored.ts'
import { confirmReplacement } from '../terminal/confirm.ts'
import { print } from '../terminal/print.ts'
import { createProgressBar } from '../terminal/progress.ts'
import { time } from '../time.ts'
import { requireStoredDatabase } from '../with-store.ts'
import { namingBackup, openBackupFile } from './backup-file.ts'
import { contentsOf } from './describe-backup.ts'
import { endedSentence } from './end-in-place.ts'
import { requireSameSecret, requireSecretKey } from './require-secret.ts'

export interface RestoreFlags {
  readonly replaces: boolean
  readonly isConfirmed: boolean
  readonly identityFile: string | undefined
}

export async function restoreFile(path: string, flags: RestoreFlags): Promise<void> {
  const settings = await readSettings({ logLevel: 'info' })
  const databaseUrl = requireStoredDatabase(settings)
  const secretKey = requireSecretKey(settings)
  const file = await openBackupFile(path, flags.identityFile)
  const bar = createProgressBar()
  const showing = (task: string): OnRows => {
    return (done, total) => bar.show({ task, fraction: done / total, done, unit: 'rows' })
  }
  const nothing = 'Nothing was changed.'
  const checked = await namingBackup(path, nothing, () => checkBackup(file.bytes(), showing('Checking'))).finally(
    bar.end,
  )
  requireSameSecret(path, checked.sealedKeys, secretKey)
  if (flags.replaces) await confirmReplacement(time(checked.header.madeAt), flags.isConfirmed)
  if (databaseUrl === defaultDatabaseUrl(settings.dataDir)) requireNewDatabaseIgnored(settings.dataDir)
  const request = {
    databaseUrl,
    replaces: flags.replaces,
    secretKey,
    random: systemRandom,
    onRows: showing('Restoring'),
  }
  await namingBackup(path, nothing, () => restoreBackup(checked, file.bytes(), request))
    .catch(explainNotEmpty)
    .finally(bar.end)
  report(path, checked)
}

function explainNotEmpty(error: unknown): never {
  if (!(error instanceof StoreError && error.code === 'not_empty')) throw error
  throw new CommandError(
    'The database is not empty. Nothing was changed. To remove what is in it, back it up first, and use --replace.',
  )
}

function report(path: string, { header }: CheckedBackup): void {
  const madeAt = time(header.madeAt)
  print(`Restored ${path}: the database is as it was at ${madeAt}. ${contentsOf(header)}.`)
  print(endedSentence)
  print(
    `What was changed after ${madeAt} is lost. Do it again: users and clients that were disabled or deleted, passwords and client secrets that were replaced, groups and roles that were taken away.`,
  )
}
