/** What a dry run of `migrate` tells the operator. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dryRunJson, formatDryRun, upToDate } from '../../src/cli/format-dry-run.ts'
import type { DryRun } from '../../src/store/dry-run.ts'
import type { PlannedMigration } from '../../src/store/migration-plan.ts'

const expanding: PlannedMigration = {
  name: '0019-notes',
  expands: true,
  lowestVersion: undefined,
  steps: ['adds the column note to grants', 'creates the table notes'],
  locks: ['grants', 'subjects'],
  indexes: [{ name: 'grants_note', table: 'grants', columns: ['note'] }],
}
const contracting: PlannedMigration = {
  name: '0020-less',
  expands: false,
  lowestVersion: '0.4.0',
  steps: ['alter table "grants" drop column "scope"'],
  locks: [],
  indexes: [],
}
const migrate = 'Nothing was changed. To do it: npm run -s countersign -- migrate'
const stop = 'Stop processes of versions before 0.4.0 first: they may fail after 0020-less.'

function aDryRun(more: Partial<DryRun>): DryRun {
  const rows = new Map([
    ['grants', 1000],
    ['subjects', 30],
  ])
  return {
    kind: 'postgres',
    isNew: false,
    pending: [expanding],
    newer: [],
    locks: ['grants', 'subjects'],
    rows,
    ...more,
  }
}

test('migrations that expand lock their tables for a moment', () => {
  assert.deepEqual(formatDryRun(aDryRun({})), [
    '0019-notes',
    '  adds the column note to grants',
    '  creates the table notes',
    '  builds the index grants_note on grants (about 1000 rows) while requests go on',
    'Locks grants, subjects against all requests for milliseconds: no row is read or written. It waits for running transactions, at most half a second at a time.',
    'Processes that serve now can go on.',
    migrate,
  ])
})

test('a migration that contracts locks all tables until the end, and names the processes to stop', () => {
  assert.deepEqual(formatDryRun(aDryRun({ pending: [contracting] })), [
    '0020-less',
    '  alter table "grants" drop column "scope"',
    'Locks all tables against all requests until it is done: grants (about 1000 rows), subjects (about 30 rows).',
    stop,
    migrate,
  ])
  const { lowestVersion: _lowestVersion, ...former } = contracting
  const lines = formatDryRun(aDryRun({ pending: [{ ...former, lowestVersion: undefined }] }))
  assert.equal(lines.at(-2), 'Stop all processes first: they may fail after 0020-less.')
})

test('SQLite is locked as a whole', () => {
  assert.deepEqual(formatDryRun(aDryRun({ kind: 'sqlite', pending: [expanding, contracting], locks: [] })).slice(-5), [
    '0020-less',
    '  alter table "grants" drop column "scope"',
    'Locks the database against writes until it is done.',
    stop,
    migrate,
  ])
})

test('a new database, one that is up to date, and one of a newer version', () => {
  assert.deepEqual(formatDryRun(aDryRun({ isNew: true })), [
    'There are no tables yet: 1 migrations create them.',
    migrate,
  ])
  assert.deepEqual(formatDryRun(aDryRun({ pending: [] })), ['The database is up to date.'])
  assert.deepEqual(formatDryRun(aDryRun({ pending: [], newer: ['0021-x'] })), [upToDate(['0021-x'])])
  assert.match(
    upToDate(['0021-x']),
    /a newer version of Countersign migrated it \(0021-x\), and this one may run on it/,
  )
})

test('the same as JSON', () => {
  assert.deepEqual(dryRunJson(aDryRun({ pending: [expanding, contracting] })), {
    is_new: false,
    pending: [
      {
        name: '0019-notes',
        expands: true,
        lowest_version: null,
        steps: expanding.steps,
        indexes: [{ name: 'grants_note', table: 'grants', rows: 1000 }],
      },
      { name: '0020-less', expands: false, lowest_version: '0.4.0', steps: contracting.steps, indexes: [] },
    ],
    newer: [],
    locks: [
      { table: 'grants', rows: 1000 },
      { table: 'subjects', rows: 30 },
    ],
  })
})
