/**
 * The preset `active-directory`, on OpenLDAP with the attributes of Active Directory. It has not run against a real one. What this cannot show:
 * how Active Directory itself compares, computes `msDS-User-Account-Control-Computed` and `memberOf`, and answers a bind.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusedCheck } from '../../../src/users/directories/ldap/refusal.ts'
import { messages, person, tealPassword, testOnSlapd } from '../../support/directories/on-slapd.ts'
import { soon } from '../../support/directories/questions.ts'
import type { Values } from '../../support/slapd.ts'

const preset = 'active-directory'
/** With bytes that are text and that are not. MS-DTYP §2.3.4.3: 33221100-5544-7766-8899-aabbccddeeff. */
const guid = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
const textGuid = Buffer.from('abcdefghijklmnop')

function account(name: string, objectGUID: Buffer, values: Values = {}): [string, Values] {
  return person(name, {
    objectClass: ['user'],
    objectCategory: 'person',
    objectGUID,
    sAMAccountName: name,
    userPrincipalName: `${name}@corp.example.com`,
    userAccountControl: '512',
    accountExpires: '9223372036854775807',
    displayName: 'Mira Okafor',
    ...values,
  })
}

testOnSlapd('a user is found by sAMAccountName and userPrincipalName; the key is objectGUID', async ({ add, open }) => {
  const dn = await add(...account('mira', guid, { mail: 'mira@example.com' }))
  await add(...account('otto', textGuid))
  await add('cn=crew', { objectClass: 'groupOfNames', cn: 'crew', member: dn })
  const directory = await open({ preset })
  const found = await directory.find('MIRA', soon())
  assert.ok(found)
  assert.deepEqual(
    [found.key, found.username, found.email, found.fullName, found.groups, found.isDisabled],
    ['33221100-5544-7766-8899-aabbccddeeff', 'mira', 'mira@example.com', 'Mira Okafor', ['crew'], false],
  )
  assert.deepEqual(await directory.find('mira@corp.example.com', soon()), found)
  assert.equal(await directory.find('mira@example.com', soon()), undefined)
  assert.equal((await directory.verify?.(found, tealPassword, soon()))?.isMatch, true)
  const otto = '64636261-6665-6867-696a-6b6c6d6e6f70'
  const read = await directory.read([otto, found.key, '00112233-4455-6677-8899-aabbccddeeff', 'x'], soon())
  assert.deepEqual(read.map(({ key, username }) => [key, username]).sort(), [
    [found.key, 'mira'],
    [otto, 'otto'],
  ])
  assert.deepEqual(
    (await directory.list(undefined, 10, soon())).map(({ key }) => key),
    [found.key, otto],
  )
})

testOnSlapd('computers and contacts are no users', async ({ add, open }) => {
  await add(...account('mira', guid, { objectCategory: 'computer' }))
  await add(...person('otto'))
  const directory = await open({ preset })
  assert.equal(await directory.find('mira', soon()), undefined)
  assert.equal(await directory.find('otto', soon()), undefined)
})

testOnSlapd('disabled, expired and locked accounts are disabled', async ({ add, open }) => {
  const states = [
    { userAccountControl: '514' },
    { accountExpires: '133000000000000000' },
    { lockoutTime: '133000000000000000' },
    { lockoutTime: '0', 'msDS-User-Account-Control-Computed': '16' },
  ]
  const directory = await open({ preset })
  for (const [index, state] of states.entries()) {
    await add(...account(`user${index}`, Buffer.concat([Buffer.from([index]), guid.subarray(1)]), state))
    assert.equal((await directory.find(`user${index}`, soon()))?.isDisabled, true, JSON.stringify(state))
  }
})

test('the message of a failed bind says why, for the operator', () => {
  const message = (code: string) =>
    `80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data ${code}, v3839\0 Code: 0x31`
  const refusals: Readonly<Record<string, string>> = {
    '532': 'the password has expired',
    '533': 'the account is disabled',
    '701': 'the account has expired',
    '773': 'the password must be changed first',
    '775': 'the account is locked',
  }
  for (const [code, refusal] of Object.entries(refusals)) {
    assert.deepEqual(refusedCheck(new Error(message(code)), undefined), { isMatch: false, refusal })
  }
  // The user is unknown, or the password is wrong.
  for (const code of ['525', '52e', '0', 'constructor']) {
    assert.deepEqual(refusedCheck(new Error(message(code)), undefined), { isMatch: false })
  }
})

testOnSlapd('it says when the account may not read who is disabled', async ({ add, open }) => {
  const { userAccountControl: _hidden, ...values } = account('mira', guid)[1]
  await add('uid=mira', values)
  const { problems } = await messages(await open({ preset }))
  assert.ok(problems.includes('No user has userAccountControl, or the account may not read it.'), problems.join())
})
