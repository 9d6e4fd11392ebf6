/** What a login at `/authorize` stores: browser sessions, consents, grants, authorization codes, revoked tokens. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await extendUsers(db)
  await createSessions(db)
  await createConsents(db)
  await createGrants(db)
  await createCodes(db)
  await createRevokedTokens(db)
}

async function extendUsers(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('users')
    .addColumn('is_email_verified', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await db.schema.alterTable('users').addColumn('profile', 'text').execute()
  await db.schema
    .alterTable('users')
    .addColumn('tokens_valid_from', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute()
}

async function createSessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sessions')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('browser_hash', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('authenticated_at', 'bigint', (column) => column.notNull())
    .addColumn('selected_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('sessions_browser').ifNotExists().on('sessions').column('browser_hash').execute()
  await db.schema.createIndex('sessions_user').ifNotExists().on('sessions').column('user_id').execute()
  await db.schema.createIndex('sessions_expiry').ifNotExists().on('sessions').column('expires_at').execute()
  await db.schema.createIndex('sessions_idle').ifNotExists().on('sessions').column('last_seen_at').execute()

  await db.schema
    .createTable('interaction_answers')
    .ifNotExists()
    .addColumn('browser_hash', 'text', (column) => column.notNull())
    .addColumn('request_hash', 'text', (column) => column.notNull())
    .addColumn('answer', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('interaction_answers_key', ['browser_hash', 'request_hash', 'answer'])
    .execute()
  await db.schema
    .createIndex('interaction_answers_expiry')
    .ifNotExists()
    .on('interaction_answers')
    .column('expires_at')
    .execute()
}

async function createConsents(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('consents')
    .ifNotExists()
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('given_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('consents_key', ['user_id', 'client_id'])
    .execute()
}

async function createGrants(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('grants')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
    // Sessions are removed when they end; clients still know them by their id.
    .addColumn('session_id', 'text')
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('is_offline', 'integer', (column) => column.notNull())
    .addColumn('claims', 'text', (column) => column.notNull())
    .addColumn('authenticated_at', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('revoked_at', 'bigint')
    .addColumn('revocation_reason', 'text')
    .execute()
  await db.schema.createIndex('grants_user').ifNotExists().on('grants').columns(['user_id', 'client_id']).execute()
  await db.schema.createIndex('grants_client').ifNotExists().on('grants').column('client_id').execute()
  await db.schema.createIndex('grants_session').ifNotExists().on('grants').column('session_id').execute()
  await db.schema.createIndex('grants_expiry').ifNotExists().on('grants').column('expires_at').execute()
}

async function createCodes(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('authorization_codes')
    .ifNotExists()
    .addColumn('code_hash', 'text', (column) => column.primaryKey().notNull())
    .addColumn('grant_id', 'text', (column) => column.notNull().references('grants.id').onDelete('cascade'))
    .addColumn('redirect_uri', 'text')
    .addColumn('nonce', 'text')
    .addColumn('code_challenge', 'text')
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('grant_ends_at', 'bigint', (column) => column.notNull())
    .addColumn('consumed_at', 'bigint')
    .addColumn('consumed_by', 'text')
    .execute()
  await db.schema
    .createIndex('authorization_codes_grant')
    .ifNotExists()
    .on('authorization_codes')
    .column('grant_id')
    .execute()
}

async function createRevokedTokens(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('revoked_tokens')
    .ifNotExists()
    .addColumn('token_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('revoked_tokens_expiry').ifNotExists().on('revoked_tokens').column('expires_at').execute()
}
