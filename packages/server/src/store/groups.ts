/** The tables `groups` and `group_members`. */
import { sql } from 'kysely'
import { type Group, type Member, type MembershipSource, ownMembership } from '../domain/group.ts'
import { usernameKey } from '../domain/username.ts'
import type { Connection } from './connection.ts'
import { isAmong, listValue, rowsOf } from './list-value.ts'
import { locked } from './locked.ts'
import { type Placeholders, statement } from './statement.ts'

export interface GroupsTable {
  /** In the order of their names, after the name `after`. */
  readonly list: (max: number, after?: string) => Promise<readonly Group[]>
  /** Whether the group exists; in a transaction, nobody can remove it until the transaction ends. */
  readonly lock: (name: string) => Promise<boolean>
  /** @throws a conflict (`isConflict`) when the name is taken */
  readonly insert: (group: Group) => Promise<void>
  /** Removes the group with its memberships and its roles. Whether it existed. */
  readonly remove: (name: string) => Promise<boolean>
  /** In the order of their usernames, after the username `after`. */
  readonly members: (name: string, max: number, after?: string) => Promise<readonly Member[]>
  /** In order. */
  readonly ofUser: (userId: string) => Promise<readonly string[]>
  /** The sources of a user's membership in a group. */
  readonly sources: (name: string, userId: string) => Promise<readonly MembershipSource[]>
  /** Does nothing when the membership exists. */
  readonly addMember: (name: string, userId: string, source: MembershipSource, now: number) => Promise<void>
  readonly removeMember: (name: string, userId: string, source: MembershipSource) => Promise<void>
  /**
   * Makes `names` the user's only groups of this source, and leaves those of other sources. Groups that do not exist are added. What a
   * directory calls when it has read a user.
   */
  readonly replaceOfSource: (
    userId: string,
    source: MembershipSource,
    names: readonly string[],
    now: number,
  ) => Promise<void>
  /** Makes the memberships of this source the user's own. */
  readonly keepOfSource: (userId: string, source: MembershipSource, now: number) => Promise<void>
}

type Name = Placeholders<{ name: string }>
type Membership = Placeholders<{ name: string; userId: string; source: string }>

const list = statement('groups.list', (db, p: Placeholders<{ after: string; max: number }>) =>
  db.selectFrom('groups').select(['name', 'created_at']).where('name', '>', p.after).orderBy('name').limit(p.max),
)

const lock = statement('groups.lock', (db, p: Name, kind) =>
  locked(kind, db.selectFrom('groups').select('name').where('name', '=', p.name)),
)

const insert = statement('groups.insert', (db, p: Placeholders<{ name: string; now: number }>) =>
  db.insertInto('groups').values({ name: p.name, created_at: p.now }),
)

const ofSource = statement('groups.ofSource', (db, p: Placeholders<{ userId: string; source: string }>) =>
  db.selectFrom('group_members').select('group_name').where('subject_id', '=', p.userId).where('source', '=', p.source),
)

const insertMissing = statement(
  'groups.insertMissing',
  (db, p: Placeholders<{ names: string; now: number }>, kind) => ({
    compile: () =>
      sql`insert into ${sql.table('groups')} (name, created_at)
        select value, cast(${p.now} as bigint) from ${rowsOf(p.names, kind)} where true on conflict do nothing`.compile(
        db,
      ),
  }),
)

const remove = statement('groups.remove', (db, p: Name) => db.deleteFrom('groups').where('name', '=', p.name))

const members = statement('groups.members', (db, p: Placeholders<{ name: string; after: string; max: number }>, kind) =>
  db
    .selectFrom('group_members')
    .innerJoin('profiles', 'profiles.subject_id', 'group_members.subject_id')
    .select(['profiles.subject_id', 'profiles.username'])
    .select(
      (kind === 'sqlite' ? sql<string>`json_group_array(source)` : sql<string>`json_agg(source)::text`).as('sources'),
    )
    .where('group_members.group_name', '=', p.name)
    .where('profiles.username_key', '>', p.after)
    .groupBy(['profiles.subject_id', 'profiles.username', 'profiles.username_key'])
    .orderBy('profiles.username_key')
    .limit(p.max),
)

const ofUser = statement('groups.ofUser', (db, p: Placeholders<{ userId: string }>) =>
  db
    .selectFrom('group_members')
    .select('group_name')
    .distinct()
    .where('subject_id', '=', p.userId)
    .orderBy('group_name'),
)

const sources = statement('groups.sources', (db, p: Placeholders<{ name: string; userId: string }>) =>
  db
    .selectFrom('group_members')
    .select('source')
    .where('subject_id', '=', p.userId)
    .where('group_name', '=', p.name)
    .orderBy('source'),
)

const addMembers = statement(
  'groups.addMembers',
  (db, p: Placeholders<{ names: string; userId: string; source: string; now: number }>, kind) => ({
    compile: () =>
      sql`insert into group_members (subject_id, group_name, source, added_at)
        select cast(${p.userId} as text), value, cast(${p.source} as text), cast(${p.now} as bigint)
        from ${rowsOf(p.names, kind)} where true on conflict do nothing`.compile(db),
  }),
)

const removeMember = statement('groups.removeMember', (db, p: Membership) =>
  db
    .deleteFrom('group_members')
    .where('subject_id', '=', p.userId)
    .where('group_name', '=', p.name)
    .where('source', '=', p.source),
)

const removeOthers = statement(
  'groups.removeOthers',
  (db, p: Placeholders<{ userId: string; source: string; names: string }>, kind) =>
    db
      .deleteFrom('group_members')
      .where('subject_id', '=', p.userId)
      .where('source', '=', p.source)
      .where((where) => where.not(isAmong(where.ref('group_name'), p.names, kind))),
)

export function groupsTable({ read, write, transaction }: Connection): GroupsTable {
  return {
    // No name is empty.
    list: async (max, after = '') =>
      (await read(list, { max, after })).map((row) => ({ name: row.name, createdAt: row.created_at })),
    lock: async (name) => (await read(lock, { name })).length > 0,
    insert: async ({ name, createdAt }) => {
      await write(insert, { name, now: createdAt })
    },
    remove: async (name) => (await write(remove, { name })) > 0,
    members: async (name, max, after = '') =>
      (await read(members, { name, max, after: usernameKey(after) })).map((row) => ({
        userId: row.subject_id,
        username: row.username,
        sources: sourcesIn(row.sources),
      })),
    ofUser: async (userId) => (await read(ofUser, { userId })).map((row) => row.group_name),
    sources: async (name, userId) => (await read(sources, { name, userId })).map((row) => row.source),
    addMember: async (name, userId, source, now) => {
      await write(addMembers, { names: listValue([name]), userId, source, now })
    },
    removeMember: async (name, userId, source) => {
      await write(removeMember, { name, userId, source })
    },
    replaceOfSource: (userId, source, names, now) =>
      transaction(async (inside) => {
        const before = await inside.read(ofSource, { userId, source })
        const wanted = new Set(names)
        if (before.length === wanted.size && before.every(({ group_name }) => wanted.has(group_name))) return
        // In one order, so that two transactions with the same groups do not wait for each other.
        const list = listValue([...wanted].sort())
        await inside.write(removeOthers, { userId, source, names: list })
        await inside.write(insertMissing, { names: list, now })
        await inside.write(addMembers, { names: list, userId, source, now })
      }),
    keepOfSource: (userId, source, now) =>
      transaction(async (inside) => {
        const names = (await inside.read(ofSource, { userId, source })).map(({ group_name }) => group_name)
        await inside.write(addMembers, { names: listValue(names), userId, source: ownMembership, now })
        await inside.write(removeOthers, { userId, source, names: listValue([]) })
      }),
  }
}

/** As the query made it. */
function sourcesIn(json: string): readonly MembershipSource[] {
  const sources: MembershipSource[] = JSON.parse(json)
  return sources.toSorted()
}
