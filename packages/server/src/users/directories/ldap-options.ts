/** The options of a directory on an LDAP server. */
import type { DirectoryOptions } from './directory.ts'

export interface LdapDirectoryOptions extends DirectoryOptions {
  /** `ldaps://host` or `ldap://host`, with a port if it is not the usual one. */
  url: string
  /** The kind of server. It sets the attributes and the filter; those that are given here replace its own. */
  preset: LdapPresetName
  /** The entry under which the users are, such as `ou=people,dc=example,dc=com`. */
  baseDn: string
  /** The account that searches, with its password. Active Directory also takes `name@domain`. @default searches are anonymous */
  bindDn?: string
  bindPassword?: string
  /** Encrypts an `ldap://` connection before anything else is sent. @default true, except on loopback hosts */
  startTls?: boolean
  /** The certificates that are trusted, in PEM, for a certificate authority of your own. @default those of Node */
  ca?: string | readonly string[]
  /** Accepts any certificate, so that everybody on the way can read and change everything. For a test alone. @default false */
  unsafeAnyCertificate?: boolean
  /** Sends passwords in clear text off loopback hosts too. @default false */
  unsafeClearText?: boolean
  /** Which entries are users, as a filter (RFC 4515). @default of the preset */
  filter?: string
  /** The attributes that have the names that users type. Only such that users cannot change themselves. @default of the preset */
  loginAttributes?: readonly string[]
  /** Where the fields of users are. Those that are left out are as the preset has them. */
  attributes?: LdapAttributes
  /** Addresses in the attribute `email` count as verified: only if users cannot change them there. @default false */
  emailVerified?: boolean
  /** `null`: users have no groups. @default the groups of the attribute `memberOf`, and the groups that these are in */
  groups?: LdapGroups | null
  /**
   * Seconds after which `pwdAccountLockedTime` no longer locks: the `pwdLockoutDuration` of the password policy. @default 0: an administrator
   * unlocks
   */
  lockoutDuration?: number
}

export type LdapPresetName = 'active-directory' | 'openldap'

/** Names of attributes. `null` leaves out one of the preset. */
export interface LdapAttributes {
  /** What never changes of a user and is never given to another one. @default 'objectGUID' or 'entryUUID' */
  key?: string
  /** The `sub` of tokens. @default an opaque one is made */
  sub?: string | null
  /** @default 'sAMAccountName' or 'uid' */
  username?: string
  /** @default 'mail' */
  email?: string | null
  /** @default 'displayName' or 'cn' */
  fullName?: string | null
  /** By the names of the claims. @default `{ given_name: 'givenName', family_name: 'sn', phone_number: 'telephoneNumber' }` */
  claims?: Readonly<Record<string, string>>
}

/** Where the groups of a user are. */
export interface LdapGroups {
  /** The attribute of users and groups that has the DNs of the groups that they are in. Not with `filter`. @default 'memberOf' */
  attribute?: string
  /**
   * A filter that finds the groups instead: `{dn}` stands for the DN of the member, as in `(member={dn})`, and `{username}` for the username.
   */
  filter?: string
  /** The entry under which `filter` searches. @default baseDn */
  baseDn?: string
  /** The attribute that has the name of a group. @default 'cn' */
  name?: string
  /** Levels of groups in groups. 1: only the groups that the user is in directly. @default 10 */
  depth?: number
}
