/** LDIF of OpenLDAP, 389 Directory Server, FreeIPA and Active Directory: people, by the object classes of RFC 4519 and RFC 2307. */
import type { Format } from '../format.ts'
import { membersOf } from '../record-members.ts'
import { asText } from '../values.ts'
import { hasMembers, rowOf } from './row.ts'

const ofPeople = new Set(['person', 'organizationalperson', 'inetorgperson', 'user', 'posixaccount', 'account'])
const ofMachines = new Set(['computer', 'msds-managedserviceaccount', 'msds-groupmanagedserviceaccount'])

export const ldif: Format = {
  name: 'ldif',
  title: 'LDAP',
  recognises: (record) => 'dn' in record && hasMembers(record, 'objectClass'),
  read: (record) => {
    const members = membersOf(record)
    const first = (...names: readonly string[]) =>
      membersOf({ value: [members.take(...names)].flat()[0] }).text('value')
    const classes = [members.take('objectClass')].flat().map((name) => asText(name).toLowerCase())
    if (!classes.some((name) => ofPeople.has(name)) || classes.some((name) => ofMachines.has(name))) return undefined
    const hashes = [members.take('userPassword')].flat()
    const email = first('mail')
    const username = first('uid', 'sAMAccountName') ?? email ?? first('cn')
    // Policies of passwords and of shadow(5), and former hashes. What locks the user stays.
    members.take('pwdHistory', 'pwdFailureTime', 'pwdChangedTime', 'pwdPolicySubentry', 'pwdLastSet', 'badPasswordTime')
    members.take('shadowInactive', 'shadowMax', 'shadowMin', 'shadowWarning', 'shadowLastChange', 'shadowFlag')
    members.take('dn', 'msDS-UserPasswordExpiryTimeComputed', 'sambaPwdLastSet', 'sambaNTPassword', 'sambaLMPassword')
    return {
      row: rowOf({
        id: first('entryUUID') ?? username,
        username,
        email,
        full_name: first('displayName', 'cn', 'gecos'),
        given_name: first('givenName'),
        family_name: first('sn'),
        phone_number: first('mobile', 'telephoneNumber'),
        locale: first('preferredLanguage'),
        hashed_password: hashes.find((hash) => typeof hash === 'string'),
      }),
      rest: members.rest(),
    }
  },
}
