/** The `directory_links` table: which subjects belong to users of directories. */
import { type Kysely, sql } from 'kysely'
import type { DirectoryLink } from '../domain/directory-link.ts'
import { atOnce } from './at-once.ts'
import type { Connection } from './connection.ts'
import { insertMany } from './insert-many.ts'
import { lockedForUpdate } from './locked.ts'
import type { Schema } from './schema.ts'
import { type Placeholders, statement } from './statement.ts'
import type { DirectoryLinkRow } from './user-rows.ts'

/** How many subjects of a directory there are. */
export interface LinkCounts {
  /** Users that the directory still answers for. */
  readonly linked: number
  /** Those of them who are disabled or gone there. */
  readonly out: number
  /** Users that were taken over. */
  readonly migrated: number
}

export interface DirectoryLinksTable {
  /** Without a promise on SQLite. */
  readonly find: (subjectId: string) => DirectoryLink | undefined | Promise<DirectoryLink | undefined>
  readonly findByKey: (directory: string, key: string) => Promise<DirectoryLink | undefined>
  /** In a transaction, for a change: nobody else can change the link until the transaction ends. */
  readonly lockByKey: (directory: string, key: string) => Promise<DirectoryLink | undefined>
  /** @throws a conflict (`isConflict`) when the subject or the key is linked already */
  readonly insert: (link: DirectoryLink) => Promise<void>
  /** What the directory said at `now`. */
  readonly check: (subjectId: string, isOut: boolean, now: number) => Promise<void>
  /** What the directory said before does not count any more: an operator has decided. */
  readonly clearOut: (subjectId: string) => Promise<void>
  readonly use: (subjectId: string, now: number) => Promise<void>
  /** Whether the user was not taken over before. */
  readonly markMigrated: (subjectId: string, now: number) => Promise<boolean>
  /** Links of users who were used since `usedSince`, and whom the directory was last asked about until `checkedUntil`: those first. */
  readonly due: (
    directory: string,
    usedSince: number,
    checkedUntil: number,
    max: number,
  ) => Promise<readonly DirectoryLink[]>
  /** All that are not taken over, in the order of their subjects, after the subject `after`. */
  readonly list: (directory: string, after: string, max: number) => Promise<readonly DirectoryLink[]>
  /** The names of the directories that have users who are not taken over. */
  readonly names: () => Promise<readonly string[]>
  readonly count: (directory: string) => Promise<LinkCounts>
}

const columns = ['subject_id', 'directory', 'key', 'is_out', 'checked_at', 'used_at', 'migrated_at'] as const

const bySubject = statement('directory_links.find', (db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('directory_links').select(columns).where('subject_id', '=', p.id),
)

type DirectoryKey = Placeholders<{ directory: string; key: string }>

function selectByKey(db: Kysely<Schema>, p: DirectoryKey) {
  return db.selectFrom('directory_links').select(columns).where('directory', '=', p.directory).where('key', '=', p.key)
}

const byKey = statement('directory_links.findByKey', selectByKey)

const lockedByKey = statement('directory_links.lockByKey', (db, p: DirectoryKey, kind) =>
  lockedForUpdate(kind, selectByKey(db, p)),
)

const check = statement('directory_links.check', (db, p: Placeholders<{ id: string; isOut: number; now: number }>) =>
  db.updateTable('directory_links').set({ is_out: p.isOut, checked_at: p.now }).where('subject_id', '=', p.id),
)

const clearOut = statement('directory_links.clearOut', (db, p: Placeholders<{ id: string }>) =>
  // Also where nothing changes: the link is locked from then on, and a directory's answer waits.
  db.updateTable('directory_links').set({ is_out: 0 }).where('subject_id', '=', p.id),
)

const use = statement('directory_links.use', (db, p: Placeholders<{ id: string; now: number }>) =>
  db.updateTable('directory_links').set({ used_at: p.now }).where('subject_id', '=', p.id),
)

const markMigrated = statement('directory_links.markMigrated', (db, p: Placeholders<{ id: string; now: number }>) =>
  db
    .updateTable('directory_links')
    .set({ migrated_at: p.now })
    .where('subject_id', '=', p.id)
    .where('migrated_at', 'is', null),
)

const due = statement(
  'directory_links.due',
  (db, p: Placeholders<{ directory: string; usedSince: number; checkedUntil: number; max: number }>) =>
    db
      .selectFrom('directory_links')
      .select(columns)
      .where('directory', '=', p.directory)
      .where('migrated_at', 'is', null)
      .where('is_out', '=', 0)
      .where('used_at', '>=', p.usedSince)
      .where('checked_at', '<=', p.checkedUntil)
      .orderBy('checked_at')
      .limit(p.max),
)

const list = statement(
  'directory_links.list',
  (db, p: Placeholders<{ directory: string; after: string; max: number }>) =>
    db
      .selectFrom('directory_links')
      .select(columns)
      .where('directory', '=', p.directory)
      .where('migrated_at', 'is', null)
      .where('subject_id', '>', p.after)
      .orderBy('subject_id')
      .limit(p.max),
)

const names = statement('directory_links.names', (db) =>
  db.selectFrom('directory_links').select('directory').distinct().where('migrated_at', 'is', null).orderBy('directory'),
)

const count = statement('directory_links.count', (db, p: Placeholders<{ directory: string }>) =>
  db
    .selectFrom('directory_links')
    .select([
      sql<number>`count(case when migrated_at is null then 1 end)`.as('linked'),
      sql<number>`count(case when migrated_at is null and is_out = 1 then 1 end)`.as('out'),
      sql<number>`count(migrated_at)`.as('migrated'),
    ])
    .where('directory', '=', p.directory),
)

const insert = insertMany('directory_links.insert', 'directory_links', columns)

export function directoryLinksTable(connection: Connection): DirectoryLinksTable {
  const { read, write } = connection
  return {
    find: (id) => atOnce(read(bySubject, { id }), ([row]) => row && toLink(row)),
    findByKey: async (directory, key) => {
      const [row] = await read(byKey, { directory, key })
      return row && toLink(row)
    },
    lockByKey: async (directory, key) => {
      const [row] = await read(lockedByKey, { directory, key })
      return row && toLink(row)
    },
    insert: (link) => insert(connection, [toRow(link)]),
    check: async (id, isOut, now) => {
      await write(check, { id, isOut: Number(isOut), now })
    },
    clearOut: async (id) => {
      await write(clearOut, { id })
    },
    use: async (id, now) => {
      await write(use, { id, now })
    },
    markMigrated: async (id, now) => (await write(markMigrated, { id, now })) > 0,
    due: async (directory, usedSince, checkedUntil, max) =>
      (await read(due, { directory, usedSince, checkedUntil, max })).map(toLink),
    list: async (directory, after, max) => (await read(list, { directory, after, max })).map(toLink),
    names: async () => (await read(names, {})).map(({ directory }) => directory),
    count: async (directory) => {
      const [row] = await read(count, { directory })
      return { linked: row?.linked ?? 0, out: row?.out ?? 0, migrated: row?.migrated ?? 0 }
    },
  }
}

function toLink(row: DirectoryLinkRow): DirectoryLink {
  return {
    subjectId: row.subject_id,
    directory: row.directory,
    key: row.key,
    isOut: row.is_out === 1,
    checkedAt: row.checked_at,
    usedAt: row.used_at,
    migratedAt: row.migrated_at,
  }
}

function toRow(link: DirectoryLink): DirectoryLinkRow {
  return {
    subject_id: link.subjectId,
    directory: link.directory,
    key: link.key,
    is_out: Number(link.isOut),
    checked_at: link.checkedAt,
    used_at: link.usedAt,
    migrated_at: link.migratedAt,
  }
}
