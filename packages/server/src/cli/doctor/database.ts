/** The database: whether it keeps what it confirms, its version, its clock, and what should not be in it. */
import { countersign } from '../../config/called-as.ts'
import type { UnsafeDatabaseSetting } from '../../config/options.ts'
import { unsafeSettingsProblem } from '../../health/unsafe-settings.ts'
import { type DatabaseProblem, problemSentences } from '../../store/database-problem.ts'
import type { FileState } from '../../store/sqlite-check.ts'
import { checkDatabaseClock } from './clock.ts'
import { type Finding, notesOf } from './finding.ts'

const notes = notesOf('database')

export interface DatabaseFacts {
  /** Why it keeps no write now. */
  readonly problem: DatabaseProblem | undefined
  /** The major version; `undefined` on SQLite. */
  readonly postgresVersion: number | undefined
  readonly unsafeSettings: readonly UnsafeDatabaseSetting[]
  /** Seconds that the clock of this machine is ahead of that of PostgreSQL. */
  readonly machineLead: number
  /** Seconds since the epoch. */
  readonly now: number
  /** The number of the file system of SQLite's file on Linux (statfs(2)); `undefined` elsewhere. */
  readonly fileSystem: number | undefined
  /** Of a file that is too large to be checked when it is opened; `undefined` for any other database. */
  readonly fileState: FileState | undefined
  readonly demoUsers: readonly string[]
  /** Of processes that were seen on it in the last minutes, and serve another issuer than the settings name. */
  readonly otherIssuers: readonly string[]
}

export function checkDatabase(facts: DatabaseFacts): readonly Finding[] {
  const { problem, postgresVersion, machineLead, fileSystem, fileState, demoUsers, otherIssuers } = facts
  return [
    ...(problem === undefined ? [] : [notes.problem(`It keeps no write: ${problem}.`, problemSentences[problem])]),
    ...(postgresVersion === undefined
      ? [...checkSqlite(fileSystem), ...checkPages(fileState)]
      : [...checkPostgres(postgresVersion, facts), ...checkDatabaseClock(machineLead)]),
    ...(demoUsers.length === 0
      ? []
      : [
          notes.problem(
            `It has demo users, whose passwords everybody knows: ${demoUsers.join(', ')}.`,
            `Delete them: ${countersign} users delete ${demoUsers.join(' ')}`,
          ),
        ]),
    ...(otherIssuers.length === 0
      ? []
      : [
          notes.problem(
            `In the last minutes it was served as ${otherIssuers.join(', ')}, too: each issuer rejects the tokens and codes of the other.`,
            'Give all processes the same ISSUER, or each issuer a database of its own. After a change of ISSUER, try again in three minutes.',
          ),
        ]),
  ]
}

/** File systems over a network, where WAL does not work, and those that lose their files. */
const fileSystems: ReadonlyMap<number, readonly [name: string, isLost: boolean]> = new Map([
  [0x6969, ['NFS', false]],
  [0x517b, ['SMB', false]],
  [0xff534d42, ['CIFS', false]],
  [0xfe534d42, ['SMB2', false]],
  [0x01021997, ['9p', false]],
  [0x01021994, ['tmpfs', true]],
  [0x794c7630, ['overlay', true]],
])

/** A file that does not support WAL with synchronous=FULL cannot be opened. */
function checkSqlite(fileSystem: number | undefined): readonly Finding[] {
  const [name, isLost] = fileSystems.get(fileSystem ?? 0) ?? []
  if (name === undefined) {
    return [notes.ok('SQLite with WAL and synchronous=FULL: what is confirmed survives a power failure.')]
  }
  const what = isLost ? 'which the machine or the container loses when it ends' : 'a file system over the network'
  return [
    notes.problem(
      `SQLite's file is on ${name}, ${what}.`,
      'Move it to a local disk, or a volume of the container: DATA_DIR.',
    ),
  ]
}

function checkPages(state: FileState | undefined): readonly Finding[] {
  switch (state) {
    case undefined:
      return []
    case 'whole':
      return [notes.ok('All pages of its file are whole.')]
    case 'damaged':
      return [notes.problem('Its file has damaged pages.', problemSentences.damaged)]
    case 'unknown':
      return [
        notes.skipped(
          "Whether all pages of its file are whole: the check did not end in time. To wait for it: sqlite3 -readonly FILE 'pragma quick_check'",
        ),
      ]
  }
}

function checkPostgres(version: number, { unsafeSettings, now }: DatabaseFacts): readonly Finding[] {
  const findings = [
    ...(unsafeSettings.length === 0
      ? []
      : [
          notes.problem(
            unsafeSettingsProblem(unsafeSettings),
            `In postgresql.conf: ${unsafeSettings.map((name) => `${name} = on`).join(', ')}`,
          ),
        ]),
    ...(now <= endOfSupport(version)
      ? []
      : [
          notes.warning(
            `PostgreSQL ${version} gets no more security fixes.`,
            'Upgrade to a version that is maintained: postgresql.org/support/versioning',
          ),
        ]),
  ]
  return findings.length > 0 ? findings : [notes.ok(`PostgreSQL ${version}, which keeps what it confirms.`)]
}

/** Each major version is maintained for five years; 15 until November 2027, and so on. In seconds since the epoch. */
function endOfSupport(major: number): number {
  return Date.UTC(2012 + major, 10, 15) / 1000
}
