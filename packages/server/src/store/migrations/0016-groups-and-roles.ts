/** Groups with their members, and roles with the users and the groups that have them. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['groups', 'roles']) {
    await db.schema
      .createTable(table)
      .addColumn('name', 'text', (column) => column.primaryKey().notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute()
  }
  await db.schema
    .createTable('group_members')
    .addColumn('subject_id', 'text', (column) => column.notNull().references('subjects.id').onDelete('cascade'))
    .addColumn('group_name', 'text', (column) => column.notNull().references('groups.name').onDelete('cascade'))
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('added_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('group_members_key', ['subject_id', 'group_name', 'source'])
    .execute()
  await db.schema.createIndex('group_members_group').on('group_members').column('group_name').execute()
  await db.schema
    .createTable('user_roles')
    .addColumn('subject_id', 'text', (column) => column.notNull().references('subjects.id').onDelete('cascade'))
    .addColumn('role_name', 'text', (column) => column.notNull().references('roles.name').onDelete('cascade'))
    .addColumn('assigned_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('user_roles_key', ['subject_id', 'role_name'])
    .execute()
  await db.schema.createIndex('user_roles_role').on('user_roles').column('role_name').execute()
  await db.schema
    .createTable('group_roles')
    .addColumn('group_name', 'text', (column) => column.notNull().references('groups.name').onDelete('cascade'))
    .addColumn('role_name', 'text', (column) => column.notNull().references('roles.name').onDelete('cascade'))
    .addColumn('assigned_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('group_roles_key', ['group_name', 'role_name'])
    .execute()
  await db.schema.createIndex('group_roles_role').on('group_roles').column('role_name').execute()
}
