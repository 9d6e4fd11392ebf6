/** Imports users with their password hashes from another system: none when a record is rejected, unless these are to be skipped. */
import type { Context } from '../../context.ts'
import { isConflict } from '../../store/errors.ts'
import { fillMissing, hasMissing } from './fill-missing.ts'
import type { Format, FormatOptions } from './format.ts'
import type { ImportRow } from './import-row.ts'
import { judgeRows, type NewVerdict, type PresentVerdict, type Verdict } from './judge-rows.ts'
import type { MapRule } from './map-rules.ts'
import { createTally, type ImportCheck } from './tally.ts'
import { inspectFor, type Wrapping, wrapUsers } from './wrapping.ts'

export interface ImportReport extends ImportCheck {
  readonly imported: number
  /** Users who were present, and to whom the import adds something; in a dry run, would add. */
  readonly updated: number
  /** The paths of `--map` that no row has. */
  readonly unusedRules: readonly string[]
}

export interface ImportOptions {
  readonly format: Format
  readonly rules?: readonly MapRule[]
  readonly formatOptions?: FormatOptions
  readonly isDryRun?: boolean
  /** Adds to users who are present what they lack. @default false */
  readonly updatesPresent?: boolean
  /** Imports the other records when some are rejected. @default false */
  readonly skipsInvalid?: boolean
  /** @default weak hashes are rejected, and others are stored as they are */
  readonly wrapping?: Wrapping
  /** `rows`: of the task, from the first one on. */
  readonly onProgress?: (task: 'checked' | 'imported', rows: number) => void
}

/**
 * Checks every record first. Then each batch is a transaction: an import that is interrupted goes on when it is called again. `rows` is
 * read twice, so that a long file need not fit into memory.
 * @throws ImportInterrupted
 */
export async function importUsers(
  { store, now: clock }: Pick<Context, 'store' | 'now'>,
  rows: () => AsyncIterable<ImportRow>,
  options: ImportOptions,
): Promise<ImportReport> {
  const {
    format,
    rules = [],
    formatOptions = {},
    updatesPresent = false,
    skipsInvalid = false,
    wrapping,
    onProgress,
  } = options
  const now = Math.floor(clock())
  const judging = { format, rules, formatOptions, inspect: inspectFor(wrapping), now }
  const tally = createTally(wrapping)
  const digests: string[] = []
  let updated = 0
  for await (const { digest, rows: judged } of judgeRows(store, rows(), judging)) {
    digests.push(digest)
    for (const one of judged) tally.add(one)
    if (updatesPresent) updated += judged.map(({ verdict }) => verdict).filter(isIncomplete).length
    onProgress?.('checked', tally.result().rows)
  }
  const checked = tally.result()
  const unusedRules = rules.map(({ path }) => path).filter((path) => checked.rows > 0 && !checked.mapped.has(path))
  const isRejected = checked.rejected > 0 && !skipsInvalid
  const report = { ...checked, imported: 0, updated, unusedRules }
  if (options.isDryRun || isRejected || checked.questions.size > 0 || unusedRules.length > 0) return report

  let imported = 0
  let read = 0
  const expected = digests.values()
  for await (const { digest, rows: judged } of judgeRows(store, rows(), judging)) {
    if (expected.next().value !== digest) throw new ImportInterrupted('the file changed during the import', imported)
    const conflict = skipsInvalid ? undefined : judged.find(({ verdict }) => verdict.kind === 'rejected')
    if (conflict) throw new ImportInterrupted(`the user of ${conflict.place} was added by somebody else`, imported)
    const verdicts = judged.map(({ verdict }) => verdict)
    const added = await wrapUsers(verdicts.filter(isNew), wrapping)
    const incomplete = updatesPresent ? await wrapUsers(verdicts.filter(isIncomplete), wrapping) : []
    await store
      .transaction(async (tables) => {
        await tables.users.insert(added.map(({ user }) => user))
        for (const { stored, user } of incomplete) await fillMissing(tables, stored, user, now)
      })
      .catch((error: unknown) => {
        if (!isConflict(error)) throw error
        throw new ImportInterrupted('somebody else added one of the users', imported)
      })
    imported += added.length
    read += judged.length
    onProgress?.('imported', read)
  }
  if (!expected.next().done) throw new ImportInterrupted('the file changed during the import', imported)
  return { ...report, imported }
}

function isNew(verdict: Verdict): verdict is NewVerdict {
  return verdict.kind === 'new'
}

function isIncomplete(verdict: Verdict): verdict is PresentVerdict {
  return verdict.kind === 'present' && hasMissing(verdict.stored, verdict.user)
}

/** What is imported then is complete, and the import can be called again. */
export class ImportInterrupted extends Error {
  override readonly name = 'ImportInterrupted'
  readonly imported: number
  constructor(reason: string, imported: number) {
    super(reason)
    this.imported = imported
  }
}
