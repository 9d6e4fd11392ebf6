/** What kinds of LDAP servers call their attributes. */
import type { LdapAttributes, LdapPresetName } from '../ldap-options.ts'

export interface Preset {
  readonly filter: string
  readonly loginAttributes: readonly string[]
  readonly attributes: LdapAttributes & Required<Pick<LdapAttributes, 'key' | 'username'>>
  /** An attribute that each user has and that says who is disabled: without it, nobody would seem to be. */
  readonly disabledBy: string | undefined
}

const claims = { given_name: 'givenName', family_name: 'sn', phone_number: 'telephoneNumber' }

export const presets: Readonly<Record<LdapPresetName, Preset>> = {
  'active-directory': {
    // People, without contacts and computers.
    filter: '(&(objectCategory=person)(objectClass=user))',
    loginAttributes: ['sAMAccountName', 'userPrincipalName'],
    attributes: { key: 'objectGUID', username: 'sAMAccountName', email: 'mail', fullName: 'displayName', claims },
    disabledBy: 'userAccountControl',
  },
  openldap: {
    filter: '(objectClass=inetOrgPerson)',
    loginAttributes: ['uid'],
    attributes: { key: 'entryUUID', username: 'uid', email: 'mail', fullName: 'cn', claims },
    disabledBy: undefined,
  },
}
