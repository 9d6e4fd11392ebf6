/** Mistakes in the options of an LDAP directory are found where it is declared. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OptionsError } from '../../../src/config/options-error.ts'
import { ldapDirectory } from '../../../src/users/directories/ldap.ts'

const right = { url: 'ldaps://ldap.example.com', preset: 'openldap', baseDn: 'dc=example,dc=com' } as const
const bindPassword = 'a-secret-password'

function problemsOf(options: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    // What a JavaScript file may pass.
    ldapDirectory({ ...right, ...options } as Parameters<typeof ldapDirectory>[0])
    return []
  } catch (error) {
    assert.ok(error instanceof OptionsError)
    for (const secret of [bindPassword, 'user:pass']) assert.ok(!error.message.includes(secret), error.message)
    return error.message.split('\n').filter((line) => line.includes('directories.ldap.'))
  }
}

const wrong: readonly [Readonly<Record<string, unknown>>, RegExp][] = [
  [{ url: 'https://ldap.example.com' }, /url must be ldaps:/],
  [{ url: 'ldaps://user:pass@ldap.example.com' }, /url must be ldaps:/],
  [{ url: 'ldaps://ldap.example.com/dc=example' }, /url must be ldaps:/],
  [{ url: undefined }, /url is undefined/],
  [{ preset: 'open-ldap' }, /preset must be one of active-directory, openldap.*openldap/],
  [{ preset: 'constructor' }, /preset must be one of/],
  [{ baseDn: 'example.com' }, /baseDn must be a DN/],
  [{ baseDN: 'dc=example' }, /baseDN is not an option.*baseDn/],
  [{ url: 'ldap://ldap.example.com', startTls: false }, /startTls must not be false: passwords/],
  [{ startTls: true }, /startTls is for ldap:/],
  [{ ca: '/etc/ssl/ca.pem' }, /ca must be a certificate in PEM/],
  [{ ca: [] }, /ca must be a certificate in PEM/],
  [{ bindDn: 'cn=reader' }, /bindPassword is missing/],
  [{ bindDn: 'cn=reader', bindPassword: ' ' }, /bindPassword is missing, or empty/],
  [{ bindPassword }, /bindDn is missing/],
  [{ bindDn: 7, bindPassword }, /bindDn must be a DN/],
  [{ filter: 'objectClass=person' }, /filter must be a filter/],
  [{ filter: '(&(objectClass=person)' }, /filter must be a filter/],
  [{ loginAttributes: [] }, /loginAttributes must be a list/],
  [{ loginAttributes: ['uid)(cn=*'] }, /loginAttributes must be a list/],
  [{ attributes: { keys: 'uid' } }, /attributes.keys is not an option.*key/],
  [{ attributes: { key: null } }, /attributes.key must be the name/],
  [{ attributes: { claims: { locale: 'a b' } } }, /attributes.claims must have/],
  [{ attributes: 'uid' }, /attributes must be an object/],
  [{ groups: { filter: '(member=mira)' } }, /groups.filter must be a filter with/],
  [{ groups: { filter: '(member={dn})', attribute: 'memberOf' } }, /groups.attribute must not be there/],
  [{ groups: { depth: 0 } }, /groups.depth must be 1 to 50/],
  [{ groups: { nested: true } }, /groups.nested is not an option/],
  [{ groups: false }, /groups must be an object/],
  [{ emailVerified: 'yes' }, /emailVerified must be/],
  [{ lockoutDuration: -1 }, /lockoutDuration must be/],
  [{ timeout: 0 }, /timeout must be/],
]

for (const [options, message] of wrong) {
  test(`${JSON.stringify(options)} is wrong`, () => {
    const problems = problemsOf(options)
    assert.match(problems.join('\n'), message)
  })
}

test('clear text off loopback has a name that says so, and StartTLS is the default there', () => {
  const url = 'ldap://ldap.example.com'
  assert.deepEqual(problemsOf({ url }), [])
  assert.deepEqual(problemsOf({ url, startTls: false, unsafeClearText: true }), [])
  assert.deepEqual(problemsOf({ url: 'ldap://[::1]:389', startTls: false }), [])
})

test('a filter with a mistake in it is found at the start', async () => {
  await assert.rejects(ldapDirectory({ ...right, filter: '(uid=\\zz)' }).open(), /escaped hex character/)
  await assert.rejects(ldapDirectory({ ...right, groups: { filter: '(member?{dn})' } }).open(), /Invalid expression/)
})

test('the directory is not writable, and has its kind as name', () => {
  const { kind, name, writable } = ldapDirectory(right)
  assert.deepEqual([kind, name, writable], ['ldap', 'ldap', false])
})
