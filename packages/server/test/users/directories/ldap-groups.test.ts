/** The groups of users on an LDAP server, also through other groups. */
import assert from 'node:assert/strict'
import type { LdapGroups } from '../../../src/users/directories/ldap-options.ts'
import { type Branch, person, testOnSlapd } from '../../support/directories/on-slapd.ts'
import { soon } from '../../support/directories/questions.ts'

/** mira is in `crew`, which is in `staff`, which is in `all`, which is in `crew`. */
async function addCircle({ baseDn, add }: Branch): Promise<void> {
  const mira = await add(...person('mira'))
  const group = (cn: string, member: readonly string[]) => add(`cn=${cn}`, { objectClass: 'groupOfNames', cn, member })
  await group('all', [`cn=staff,${baseDn}`, `uid=nobody,${baseDn}`])
  await group('staff', [`cn=crew,${baseDn}`])
  await group('crew', [mira, `cn=all,${baseDn}`])
}

async function groupsOf({ open }: Branch, groups: LdapGroups | null, username = 'mira'): Promise<readonly string[]> {
  const directory = await open({ groups })
  const found = await directory.find(username, soon())
  assert.ok(found)
  const [read] = await directory.read([found.key], soon())
  assert.deepEqual(read?.groups, found.groups)
  return [...found.groups].sort()
}

testOnSlapd('groups in groups are found, and a circle of them ends', async (branch) => {
  const { server, baseDn, add } = branch
  await addCircle(branch)
  // Members of groups that were made after them: the server writes `memberOf` when a group is written.
  await server.remove(`cn=staff,${baseDn}`)
  await add('cn=staff', { objectClass: 'groupOfNames', cn: 'staff', member: `cn=crew,${baseDn}` })
  await server.remove(`cn=all,${baseDn}`)
  await add('cn=all', { objectClass: 'groupOfNames', cn: 'all', member: `cn=staff,${baseDn}` })
  assert.deepEqual(await groupsOf(branch, {}), ['all', 'crew', 'staff'])
  assert.deepEqual(await groupsOf(branch, { depth: 1 }), ['crew'])
  assert.deepEqual(await groupsOf(branch, { depth: 2 }), ['crew', 'staff'])
  assert.deepEqual(await groupsOf(branch, null), [])
})

testOnSlapd('groups are found by a filter with the DN of the member', async (branch) => {
  await addCircle(branch)
  assert.deepEqual(await groupsOf(branch, { filter: '(member={dn})' }), ['all', 'crew', 'staff'])
  assert.deepEqual(await groupsOf(branch, { filter: '(&(objectClass=groupOfNames)(member={dn}))', depth: 1 }), ['crew'])
  assert.deepEqual(await groupsOf(branch, { filter: '(member={dn})', baseDn: `cn=staff,${branch.baseDn}` }), [])
})

testOnSlapd('groups are found by a filter with the username, and their name is another attribute', async (branch) => {
  await branch.add(...person('mira'))
  const description = 'Everybody at sea'
  const values = { objectClass: 'posixGroup', cn: 'sea', gidNumber: '700', memberUid: ['mira', 'otto'], description }
  await branch.add('cn=sea', values)
  assert.deepEqual(await groupsOf(branch, { filter: '(memberUid={username})' }), ['sea'])
  assert.deepEqual(await groupsOf(branch, { filter: '(memberUid={username})', name: 'description' }), [description])
})

testOnSlapd('RFC 4515: DNs and names of users are values in the filter', async (branch) => {
  const names = ['*', 'a)(cn=*', 'back\\slash', 'dé,+"jà']
  for (const [index, uid] of names.entries()) {
    const member = await branch.add(...person(uid))
    await branch.add(`cn=group${index}`, { objectClass: 'groupOfNames', cn: `group${index}`, member })
  }
  await branch.add('cn=sea', { objectClass: 'posixGroup', cn: 'sea', gidNumber: '700', memberUid: 'mira' })
  for (const [index, uid] of names.entries()) {
    assert.deepEqual(await groupsOf(branch, { filter: '(member={dn})' }, uid), [`group${index}`])
    assert.deepEqual(await groupsOf(branch, { filter: '(memberUid={username})' }, uid), [])
  }
})

testOnSlapd('a group that cannot be read gives nothing', async (branch) => {
  const { server, add, baseDn } = branch
  const mira = await add(...person('mira'))
  await add('cn=crew', { objectClass: 'groupOfNames', cn: 'crew', member: mira })
  await add('cn=gone', { objectClass: 'groupOfNames', cn: 'gone', member: mira })
  assert.deepEqual(await groupsOf(branch, {}), ['crew', 'gone'])
  await server.remove(`cn=gone,${baseDn}`)
  assert.deepEqual(await groupsOf(branch, {}), ['crew'])
  assert.deepEqual(await groupsOf(branch, { attribute: 'seeAlso' }), [])
})

testOnSlapd('a DN that leads nowhere is no group, and no outage', async (branch) => {
  const seeAlso = [`cn=nobody,${branch.baseDn}`, 'dc=elsewhere,dc=org']
  await branch.add(...person('mira', { seeAlso }))
  await branch.add(...person('otto'))
  assert.deepEqual(await groupsOf(branch, { attribute: 'seeAlso' }), [])
})
