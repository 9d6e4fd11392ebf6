/** The tables `roles`, `user_roles` and `group_roles`. */
import type { Role, RoleHolder } from '../domain/group.ts'
import { usernameKey } from '../domain/username.ts'
import type { Connection } from './connection.ts'
import { locked } from './locked.ts'
import { type Placeholders, statement } from './statement.ts'

export interface RolesTable {
  /** In the order of their names, after the name `after`. */
  readonly list: (max: number, after?: string) => Promise<readonly Role[]>
  /** Whether the role exists; in a transaction, nobody can remove it until the transaction ends. */
  readonly lock: (name: string) => Promise<boolean>
  /** @throws a conflict (`isConflict`) when the name is taken */
  readonly insert: (role: Role) => Promise<void>
  /** Removes the role from everybody. Whether it existed. */
  readonly remove: (name: string) => Promise<boolean>
  /** The users who have the role by themselves, in the order of their usernames, after the username `after`. */
  readonly users: (
    name: string,
    max: number,
    after?: string,
  ) => Promise<readonly { readonly userId: string; readonly username: string }[]>
  /** The groups that have the role, in order. */
  readonly groups: (name: string) => Promise<readonly string[]>
  /** The user's own roles and those of the user's groups, in order. */
  readonly ofUser: (userId: string) => Promise<readonly string[]>
  /** The roles that are assigned to the group, in order. */
  readonly ofGroup: (group: string) => Promise<readonly string[]>
  /** Does nothing when it is so already. */
  readonly assign: (name: string, holder: RoleHolder, now: number) => Promise<void>
  /** Whether the holder had the role. */
  readonly unassign: (name: string, holder: RoleHolder) => Promise<boolean>
}

type Name = Placeholders<{ name: string }>
type UserRole = Placeholders<{ name: string; userId: string }>
type GroupRole = Placeholders<{ name: string; group: string }>

const list = statement('roles.list', (db, p: Placeholders<{ after: string; max: number }>) =>
  db.selectFrom('roles').select(['name', 'created_at']).where('name', '>', p.after).orderBy('name').limit(p.max),
)

const lock = statement('roles.lock', (db, p: Name, kind) =>
  locked(kind, db.selectFrom('roles').select('name').where('name', '=', p.name)),
)

const insert = statement('roles.insert', (db, p: Placeholders<{ name: string; now: number }>) =>
  db.insertInto('roles').values({ name: p.name, created_at: p.now }),
)

const remove = statement('roles.remove', (db, p: Name) => db.deleteFrom('roles').where('name', '=', p.name))

const users = statement('roles.users', (db, p: Placeholders<{ name: string; after: string; max: number }>) =>
  db
    .selectFrom('user_roles')
    .innerJoin('profiles', 'profiles.subject_id', 'user_roles.subject_id')
    .select(['profiles.subject_id', 'profiles.username'])
    .where('user_roles.role_name', '=', p.name)
    .where('profiles.username_key', '>', p.after)
    .orderBy('profiles.username_key')
    .limit(p.max),
)

const groups = statement('roles.groups', (db, p: Name) =>
  db.selectFrom('group_roles').select('group_name').where('role_name', '=', p.name).orderBy('group_name'),
)

const ofUser = statement('roles.ofUser', (db, p: Placeholders<{ userId: string }>) =>
  db
    .selectFrom('user_roles')
    .select('role_name')
    .where('subject_id', '=', p.userId)
    .union(
      db
        .selectFrom('group_roles')
        .innerJoin('group_members', 'group_members.group_name', 'group_roles.group_name')
        .select('group_roles.role_name')
        .where('group_members.subject_id', '=', p.userId),
    )
    .orderBy('role_name'),
)

const ofGroup = statement('roles.ofGroup', (db, p: Placeholders<{ group: string }>) =>
  db.selectFrom('group_roles').select('role_name').where('group_name', '=', p.group).orderBy('role_name'),
)

const assignToUser = statement('roles.assignToUser', (db, p: UserRole & Placeholders<{ now: number }>) =>
  db
    .insertInto('user_roles')
    .values({ subject_id: p.userId, role_name: p.name, assigned_at: p.now })
    .onConflict((conflict) => conflict.doNothing()),
)

const assignToGroup = statement('roles.assignToGroup', (db, p: GroupRole & Placeholders<{ now: number }>) =>
  db
    .insertInto('group_roles')
    .values({ group_name: p.group, role_name: p.name, assigned_at: p.now })
    .onConflict((conflict) => conflict.doNothing()),
)

const unassignUser = statement('roles.unassignUser', (db, p: UserRole) =>
  db.deleteFrom('user_roles').where('subject_id', '=', p.userId).where('role_name', '=', p.name),
)

const unassignGroup = statement('roles.unassignGroup', (db, p: GroupRole) =>
  db.deleteFrom('group_roles').where('group_name', '=', p.group).where('role_name', '=', p.name),
)

export function rolesTable({ read, write }: Connection): RolesTable {
  return {
    // No name is empty.
    list: async (max, after = '') =>
      (await read(list, { max, after })).map((row) => ({ name: row.name, createdAt: row.created_at })),
    lock: async (name) => (await read(lock, { name })).length > 0,
    insert: async ({ name, createdAt }) => {
      await write(insert, { name, now: createdAt })
    },
    remove: async (name) => (await write(remove, { name })) > 0,
    users: async (name, max, after = '') =>
      (await read(users, { name, max, after: usernameKey(after) })).map((row) => ({
        userId: row.subject_id,
        username: row.username,
      })),
    groups: async (name) => (await read(groups, { name })).map((row) => row.group_name),
    ofUser: async (userId) => (await read(ofUser, { userId })).map((row) => row.role_name),
    ofGroup: async (group) => (await read(ofGroup, { group })).map((row) => row.role_name),
    assign: async (name, holder, now) => {
      if ('userId' in holder) await write(assignToUser, { name, userId: holder.userId, now })
      else await write(assignToGroup, { name, group: holder.group, now })
    },
    unassign: async (name, holder) =>
      ('userId' in holder
        ? await write(unassignUser, { name, userId: holder.userId })
        : await write(unassignGroup, { name, group: holder.group })) > 0,
  }
}
