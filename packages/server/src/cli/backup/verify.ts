/** `countersign backup verify`. */
import { checkBackup } from '../../backup/check-backup.ts'
import { printable } from '../../trace/format.ts'
import { readSettings } from '../config.ts'
import { print, printJson } from '../terminal/print.ts'
import { createProgressBar } from '../terminal/progress.ts'
import { time } from '../time.ts'
import { namingBackup, openBackupFile } from './backup-file.ts'
import { backupJson, contentsOf } from './describe-backup.ts'
import { requireSameSecret } from './require-secret.ts'

export interface VerifyFlags {
  readonly identityFile: string | undefined
  readonly isJson: boolean
}

export async function verify(path: string, { identityFile, isJson }: VerifyFlags): Promise<void> {
  const { options } = await readSettings({ logLevel: 'info' })
  const file = await openBackupFile(path, identityFile)
  const bar = createProgressBar()
  const { header, sealedKeys } = await namingBackup(path, '', () =>
    checkBackup(file.bytes(), (done, total) =>
      bar.show({ task: 'Checking', fraction: done / total, done, unit: 'rows' }),
    ),
  ).finally(bar.end)
  const { secretKey } = options
  if (secretKey !== undefined) requireSameSecret(path, sealedKeys, secretKey)
  const isOpened = secretKey !== undefined && sealedKeys.length > 0
  if (isJson)
    return printJson({ file: path, encrypted: file.isEncrypted, secret_key_fits: isOpened, ...backupJson(header) })
  print(
    `${path} is whole: made at ${time(header.madeAt)} by Countersign ${printable(header.madeBy)}, ${contentsOf(header)}.`,
  )
  if (isOpened) print('SECRET_KEY opens its signing keys.')
  else if (sealedKeys.length > 0) print('SECRET_KEY is not set, so it was not compared.')
}
