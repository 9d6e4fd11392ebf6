/** `countersign users import`: reads the file, shows the progress, prints a report. */
import { setFlagsFromString } from 'node:v8'
import { createPasswordPool } from '../../passwords/pool.ts'
import { type FirebaseHashes, firebaseHashesOf } from '../../users/import/firebase-hashes.ts'
import type { Format } from '../../users/import/format.ts'
import type { FormatName } from '../../users/import/format-names.ts'
import { formats } from '../../users/import/formats.ts'
import { guessFormat } from '../../users/import/guess-format.ts'
import { ImportError } from '../../users/import/import-error.ts'
import type { ImportRow } from '../../users/import/import-row.ts'
import { ImportInterrupted, type ImportReport, importUsers } from '../../users/import/import-users.ts'
import { type MapRule, parseMapRule } from '../../users/import/map-rules.ts'
import { CommandError, UsageError } from '../command-error.ts'
import { readBounded } from '../read-bounded.ts'
import { print } from '../terminal/print.ts'
import { createProgressBar } from '../terminal/progress.ts'
import { withStore } from '../with-store.ts'
import { count, describeReport } from './describe-report.ts'
import { type ImportFile, openImport } from './import-file.ts'

export interface ImportFlags {
  readonly from?: FormatName | undefined
  readonly map?: readonly string[] | undefined
  readonly hashConfig?: string | undefined
  readonly dryRun?: boolean | undefined
  readonly update?: boolean | undefined
  readonly skipInvalid?: boolean | undefined
  readonly allowWeakHashes?: boolean | undefined
  readonly rehash?: 'wrap' | undefined
}

/** Records that show the format. */
const sampleSize = 100

/** @throws CommandError when a row is rejected, so that nothing is imported */
export async function importFile(path: string, flags: ImportFlags): Promise<void> {
  const { dryRun: isDryRun = false, update: updatesPresent = false, skipInvalid: skipsInvalid = false } = flags
  const rules = (flags.map ?? []).map(readRule)
  // Garbage is collected sooner: 200,000 users take 25 MB instead of 150, and a third more time.
  setFlagsFromString('--optimize-for-size')
  const file = openImport(path)
  const format = flags.from === undefined ? await guess(path, file, rules) : formats[flags.from]
  if (flags.hashConfig !== undefined && format.name !== 'firebase') {
    throw new UsageError(`--hash-config is for the hashes of Firebase, and ${path} is read as ${format.name}.`)
  }
  const formatOptions = flags.hashConfig === undefined ? {} : { firebaseHashes: readHashConfig(flags.hashConfig) }
  const passwords = createPasswordPool()
  const wrapping = { passwords, allowsWeak: flags.allowWeakHashes ?? false, wrapsOthers: flags.rehash === 'wrap' }
  const report = await withStore(async (store) => {
    const bar = createProgressBar()
    try {
      return await importUsers({ store, now: store.clock.now }, file.rows, {
        format,
        rules,
        formatOptions,
        isDryRun,
        updatesPresent,
        skipsInvalid,
        wrapping,
        onProgress: (task, done) => bar.show({ task: tasks[task], fraction: file.fractionRead(), done, unit: 'users' }),
      })
    } catch (error) {
      throw error instanceof ImportInterrupted ? new CommandError(describeInterruption(error)) : error
    } finally {
      bar.end()
      await passwords.close()
    }
  })
  print(describeReport(report, format))
  requireImport(report, skipsInvalid)
  if (isDryRun) print('A dry run: nothing was imported.')
  else print(`Imported ${count(report.imported)} user(s).${updatesPresent ? ` Updated ${count(report.updated)}.` : ''}`)
}

const tasks = { checked: 'Checking', imported: 'Importing' } as const

/** @throws UsageError */
function readRule(text: string): MapRule {
  try {
    return parseMapRule(text)
  } catch (error) {
    throw error instanceof ImportError ? new UsageError(`--map ${text} ${error.message}.`) : error
  }
}

/** @throws CommandError */
async function guess(path: string, file: ImportFile, rules: readonly MapRule[]): Promise<Format> {
  const first: ImportRow[] = []
  for await (const row of file.rows()) if (first.push(row) === sampleSize) break
  try {
    return guessFormat(first, rules)
  } catch (error) {
    throw error instanceof ImportError ? new CommandError(`${path} ${error.message}.`) : error
  }
}

/** @throws CommandError */
function readHashConfig(path: string): FirebaseHashes {
  let text: string
  try {
    text = readBounded(path).toString('utf8')
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError(`${path} cannot be read. Check the path and its permissions.`)
  }
  try {
    return firebaseHashesOf(text)
  } catch (error) {
    throw error instanceof ImportError ? new CommandError(`${path} ${error.message}.`) : error
  }
}

/** @throws CommandError */
function requireImport({ unusedRules, questions, rejected }: ImportReport, skipsInvalid: boolean): void {
  if (unusedRules.length > 0) {
    throw new CommandError(`No row has ${unusedRules.join(', ')}, which --map names, so nothing was imported.`)
  }
  if (questions.size > 0) {
    throw new CommandError('Say with --map what these members mean. Nothing was imported.')
  }
  if (rejected > 0 && !skipsInvalid) {
    throw new CommandError(
      `${count(rejected)} row(s) were rejected, so nothing was imported. Correct or remove them, or import the others with --skip-invalid.`,
    )
  }
}

function describeInterruption({ message, imported }: ImportInterrupted): string {
  const reason = `${message.slice(0, 1).toUpperCase()}${message.slice(1)}.`
  if (imported === 0) return `${reason} Nothing was imported.`
  return `${reason} ${count(imported)} user(s) were imported. Call the command again: it goes on from there.`
}
