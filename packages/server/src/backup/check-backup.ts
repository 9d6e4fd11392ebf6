/** Reads a backup to its end: whether it is whole, and whether this program can restore it. */
import { countersign } from '../config/called-as.ts'
import type { SealedKey } from '../keys/stored-key.ts'
import { backedUpTables } from '../store/backed-up-tables.ts'
import { migrations as known } from '../store/migration-list.ts'
import { BackupError, damaged } from './backup-error.ts'
import type { Header } from './format.ts'
import { type Batch, readBackup } from './read-backup.ts'
import { countRows, type OnRows } from './write-backup.ts'

export interface CheckedBackup {
  readonly header: Header
  /** The keys whose private half it has: they were in use. */
  readonly sealedKeys: readonly SealedKey[]
}

/** @throws BackupError `damaged`, `other_version` and those of reading `bytes` */
export async function checkBackup(bytes: AsyncIterable<Uint8Array>, onRows: OnRows): Promise<CheckedBackup> {
  const { header, batches } = await readBackup(bytes)
  const total = countRows(header)
  const sealedKeys: SealedKey[] = []
  let done = 0
  for await (const batch of batches) {
    if (batch.table.name === 'signing_keys') sealedKeys.push(...sealedKeysIn(batch))
    done += batch.rows.length
    onRows(done, total)
  }
  requireSameSchema(header)
  requireTables(header)
  return { header, sealedKeys }
}

function sealedKeysIn({ table, rows }: Batch): readonly SealedKey[] {
  const [id, sealed] = [table.columns.indexOf('key_id'), table.columns.indexOf('sealed_private_key')]
  return rows
    .map((row) => ({ keyId: String(row[id]), sealedPrivateKey: String(row[sealed]) }))
    .filter(({ sealedPrivateKey }) => sealedPrivateKey !== '')
}

/** A restore empties a table that is not named. @throws BackupError */
function requireTables({ tables, unknownTables }: Header): void {
  const isWhole = unknownTables.length === 0 && tables.map(({ name }) => name).join() === backedUpTables.join()
  if (!isWhole) throw damaged('it does not have each table once')
}

/** Its rows fit these tables alone: a migration may change rows, and that of an older version has not done so. */
function requireSameSchema({ madeBy, migrations }: Header): void {
  const [lacks] = Object.keys(known).filter((name) => !migrations.includes(name))
  const [has] = migrations.filter((name) => !(name in known))
  if (lacks === undefined && has === undefined) return
  const difference = has === undefined ? `has no ${lacks}` : `has ${has}`
  const message = `was made by Countersign ${madeBy}, whose database ${difference}. Restore it with that version, then update the tables: ${countersign} migrate`
  throw new BackupError('other_version', message)
}
