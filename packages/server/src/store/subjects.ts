/** The `subjects` table: what sessions, grants and tokens point to. */
import { sql } from 'kysely'
import type { Subject } from '../domain/subject.ts'
import { atOnce } from './at-once.ts'
import type { Connection } from './connection.ts'
import { insertMany } from './insert-many.ts'
import { isAmong, listValue } from './list-value.ts'
import { locked } from './locked.ts'
import { noteRemoval } from './removals.ts'
import { type Placeholders, statement } from './statement.ts'
import type { SubjectRow } from './user-rows.ts'

export interface SubjectsTable {
  /** Without a promise on SQLite. */
  readonly find: (id: string) => Subject | undefined | Promise<Subject | undefined>
  /**
   * Whether the subject is enabled and still has this version; in a transaction, nobody can change that until the transaction
   * ends.
   */
  readonly lock: (subject: Pick<Subject, 'id' | 'version'>) => Promise<boolean>
  /** Ends logins in flight: they find another version. */
  readonly endLogins: (id: string) => Promise<void>
  /**
   * Rejects the access tokens that were issued until `now`. Times are whole seconds: tokens of this very second that are issued
   * after it say the next one (`notBefore` in `tokens/access-token.ts`).
   */
  readonly endTokens: (id: string, now: number) => Promise<void>
  /** Whether the subject exists. Ends logins in flight. */
  readonly setDisabled: (id: string, isDisabled: boolean, now: number) => Promise<boolean>
  /**
   * Removes the subject with everything that belongs to it. Whether it existed. The removal is noted, so that its tokens are
   * rejected after another user gets the same id.
   */
  readonly remove: (id: string, now: number) => Promise<boolean>
}

export const subjectColumns: readonly [
  'id',
  'is_disabled',
  'disabled_at',
  'tokens_valid_from',
  'version',
  'created_at',
] = ['id', 'is_disabled', 'disabled_at', 'tokens_valid_from', 'version', 'created_at']

type Id = Placeholders<{ id: string }>

const byId = statement('subjects.find', (db, p: Id) =>
  db.selectFrom('subjects').select(subjectColumns).where('id', '=', p.id),
)

const lock = statement('subjects.lock', (db, p: Placeholders<{ id: string; version: number }>, kind) =>
  locked(
    kind,
    db
      .selectFrom('subjects')
      .select('id')
      .where('id', '=', p.id)
      .where('is_disabled', '=', 0)
      .where('version', '=', p.version),
  ),
)

const endLogins = statement('subjects.endLogins', (db, p: Id) =>
  db
    .updateTable('subjects')
    .set((set) => ({ version: set('version', '+', 1) }))
    .where('id', '=', p.id),
)

const endTokens = statement('subjects.endTokens', (db, p: Placeholders<{ id: string; tokensValidFrom: number }>) =>
  db.updateTable('subjects').set({ tokens_valid_from: p.tokensValidFrom }).where('id', '=', p.id),
)

const setDisabled = statement(
  'subjects.setDisabled',
  (db, p: Placeholders<{ id: string; isDisabled: number; disabledAt: number | null }>) =>
    db
      .updateTable('subjects')
      .set((set) => ({ is_disabled: p.isDisabled, disabled_at: p.disabledAt, version: set('version', '+', 1) }))
      .where('id', '=', p.id),
)

const remove = statement('subjects.remove', (db, p: Id) => db.deleteFrom('subjects').where('id', '=', p.id))

const insert = insertMany('subjects.insert', 'subjects', subjectColumns)

/** Tokens of removed subjects with the same ids. Tokens of other systems remain valid for all others. */
const endTokensOfFormer = statement('subjects.endTokensOfFormer', (db, p: Placeholders<{ ids: string }>, kind) =>
  db
    .updateTable('subjects')
    .from('removals')
    .set({ tokens_valid_from: sql<number>`1 + case when created_at > removed_at then created_at else removed_at end` })
    .where('removals.kind', '=', 'user')
    .whereRef('removals.id', '=', 'subjects.id')
    .where((where) => isAmong(where.ref('subjects.id'), p.ids, kind)),
)

export function subjectsTable({ read, write, transaction }: Connection): SubjectsTable {
  return {
    find: (id) => atOnce(read(byId, { id }), ([row]) => row && toSubject(row)),
    lock: async ({ id, version }) => (await read(lock, { id, version })).length > 0,
    endLogins: async (id) => {
      await write(endLogins, { id })
    },
    endTokens: async (id, now) => {
      await write(endTokens, { id, tokensValidFrom: now + 1 })
    },
    setDisabled: async (id, isDisabled, now) => {
      const disabledAt = isDisabled ? now : null
      return (await write(setDisabled, { id, isDisabled: Number(isDisabled), disabledAt })) > 0
    },
    remove: (id, now) =>
      transaction(async (inside) => {
        const existed = (await inside.write(remove, { id })) > 0
        if (existed) await noteRemoval(inside, 'user', id, now)
        return existed
      }),
  }
}

/** In a transaction. @throws a conflict (`isConflict`) when an id is taken */
export async function insertSubjects(inside: Connection, subjects: readonly Subject[]): Promise<void> {
  await insert(inside, subjects.map(toRow))
  // After the insertion: a removal of a former subject with the same id is committed by then.
  await inside.write(endTokensOfFormer, { ids: listValue(subjects.map(({ id }) => id)) })
}

export function toSubject(row: Omit<SubjectRow, 'disabled_at'>): Subject {
  return {
    id: row.id,
    isDisabled: row.is_disabled === 1,
    tokensValidFrom: row.tokens_valid_from,
    version: row.version,
    createdAt: row.created_at,
  }
}

function toRow(subject: Subject): SubjectRow {
  return {
    id: subject.id,
    is_disabled: Number(subject.isDisabled),
    disabled_at: null,
    tokens_valid_from: subject.tokensValidFrom,
    version: subject.version,
    created_at: subject.createdAt,
  }
}
