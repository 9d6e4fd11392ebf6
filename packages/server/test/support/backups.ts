/** Backups in memory, for tests. */
import { type CheckedBackup, checkBackup } from '../../src/backup/check-backup.ts'
import { restoreBackup } from '../../src/backup/restore-backup.ts'
import { describeSnapshot, writeBackup } from '../../src/backup/write-backup.ts'
import { systemRandom } from '../../src/environment.ts'
import { openSnapshot } from '../../src/store/open-snapshot.ts'
import { startOfTests, testSecret } from './server.ts'

export interface BackupSettings {
  /** Called after the snapshot was taken. */
  readonly afterSnapshot?: () => Promise<unknown>
  readonly recipients?: readonly string[]
}

/** A backup of the database that the URL names. */
export async function backUp(url: string, settings: BackupSettings = {}): Promise<Buffer> {
  const snapshot = await openSnapshot(url)
  try {
    const header = await describeSnapshot(snapshot, startOfTests)
    await settings.afterSnapshot?.()
    return await collected(await writeBackup(snapshot, header, settings.recipients ?? [], () => {}))
  } finally {
    await snapshot.close()
  }
}

async function collected(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The bytes in pieces, as a file is read. */
export async function* piecesOf(bytes: Uint8Array, size = 16_384): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

export function check(bytes: Uint8Array): Promise<CheckedBackup> {
  return checkBackup(piecesOf(bytes), () => {})
}

export interface RestoreSettings {
  readonly replaces?: boolean
  readonly now?: number
  /** What is read the second time. @default the same */
  readonly second?: Uint8Array
}

/** Checks the backup and restores it into the database that the URL names. */
export async function restore(url: string, bytes: Uint8Array, settings: RestoreSettings = {}): Promise<void> {
  const { replaces = false, now = startOfTests + 1000, second = bytes } = settings
  await restoreBackup(await check(bytes), piecesOf(second), {
    databaseUrl: url,
    replaces,
    secretKey: testSecret,
    random: systemRandom,
    now: () => now,
    onRows: () => {},
  })
}
