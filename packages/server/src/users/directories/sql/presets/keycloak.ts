/**
 * Keycloak's tables: its Liquibase change logs (model/jpa/src/main/resources/META-INF). The names are in upper case, which PostgreSQL
 * folds to lower case. Usernames are stored in lower case. A temporary password, which somebody else knows, is none.
 */
import { sql } from 'kysely'
import type { SqlKind, SqlPreset } from '../preset.ts'
import { keycloakHash } from './keycloak-hash.ts'

/** @param realm the name of the realm whose users these are */
export function keycloak(realm: string, kind: SqlKind): SqlPreset {
  const name = (table: string) => (kind === 'mysql' ? table.toUpperCase() : table)
  const id = (table: string) => sql.id(name(table))
  const mustDo = (action: string) => sql`exists (
    select 1 from ${id('user_required_action')} a where a.user_id = u.id and a.required_action = ${action}
  )`
  return {
    table: name('user_entity'),
    columns: {
      key: 'id',
      sub: 'id',
      username: 'username',
      email: 'email',
      emailVerified: 'email_verified',
      fullName: ['first_name', 'last_name'],
      passwordHash: 'password_parts',
      claims: { given_name: 'first_name', family_name: 'last_name' },
    },
    // `not_before` is about the tokens of the user.
    disabled: { enabled: false, is_unconfirmed: true, not_before: null },
    optional: [],
    usernameCase: 'lower-case',
    where: { realm_name: realm, service_account_client_link: null },
    groups: {
      table: name('user_group_membership'),
      user: 'user_id',
      group: 'group_id',
      names: { table: name('keycloak_group'), key: 'id', name: 'name' },
    },
    from: () => sql`(
      select u.id, u.username, u.email, u.email_verified, u.first_name, u.last_name, u.enabled, u.service_account_client_link,
        r.name as realm_name, ${mustDo('VERIFY_EMAIL')} as is_unconfirmed,
        case when c.id is not null and not ${mustDo('UPDATE_PASSWORD')}
          then concat('[', c.credential_data, ',', c.secret_data, ']') end as password_parts
      from ${id('user_entity')} u
      join ${id('realm')} r on r.id = u.realm_id
      left join ${id('credential')} c on c.user_id = u.id and c.type = 'password'
    )`,
    readHash: keycloakHash,
    // A password of Keycloak is JSON in two columns of another table.
    writeHash: undefined,
  }
}
