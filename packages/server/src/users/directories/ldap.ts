/** Users on an LDAP server: Active Directory, OpenLDAP and others. */

import { loadPackage } from '../../config/load-package.ts'
import { systemClock } from '../../environment.ts'
import { declareDirectory } from './declare.ts'
import type { DirectoryDeclaration } from './directory.ts'
import { checkLdapOptions } from './ldap/check-options.ts'
import { ldapDirectoryOn } from './ldap/ldap-directory.ts'
import { mappingOf } from './ldap/mapping.ts'
import { serverOf } from './ldap/server.ts'
import type { LdapDirectoryOptions } from './ldap-options.ts'

const names = [
  'url',
  'preset',
  'baseDn',
  'bindDn',
  'bindPassword',
  'startTls',
  'ca',
  'unsafeAnyCertificate',
  'unsafeClearText',
  'filter',
  'loginAttributes',
  'attributes',
  'emailVerified',
  'groups',
  'lockoutDuration',
]

/**
 * Declares a directory on an LDAP server (RFC 4511), which checks the passwords. It needs the package `ldapts`.
 * @throws OptionsError with everything that is wrong with the options
 */
export function ldapDirectory(options: LdapDirectoryOptions): DirectoryDeclaration {
  const declaration = declareDirectory('ldap', options, names, (checks) => checkLdapOptions(options, checks))
  return {
    ...declaration,
    writable: false,
    open: async () => {
      const ldapts = await loadPackage('ldapts', () => import('ldapts'))
      return ldapDirectoryOn(ldapts, serverOf(options), mappingOf(options), systemClock)
    },
  }
}
