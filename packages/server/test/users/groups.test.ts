/** The operations on groups and roles, as the command line and other programs call them; on both databases. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { GroupError } from '../../src/users/groups/group-error.ts'
import {
  addGroup,
  addMember,
  groupsOfUser,
  listGroups,
  listMembers,
  removeGroup,
  removeMember,
} from '../../src/users/groups/groups.ts'
import {
  addRole,
  assignRole,
  groupsWithRole,
  listRoles,
  removeRole,
  rolesOfGroup,
  rolesOfUser,
  unassignRole,
  usersWithRole,
} from '../../src/users/groups/roles.ts'
import { removeUser } from '../../src/users/remove-user.ts'
import { type DatabaseKind, databaseKinds, freshStore } from '../support/databases.ts'
import { startOfTests } from '../support/server.ts'
import { aUser } from '../support/users.ts'

async function prepare(t: TestContext, kind: DatabaseKind) {
  const store = await freshStore(t, kind)
  await store.users.insert([aUser('tim'), aUser('alice'), aUser('иван')])
  return { store, now: () => startOfTests + 0.5 }
}

/** The code and the field of each problem that `work` is rejected with. */
async function problemsOf(work: Promise<unknown>): Promise<readonly string[]> {
  const error = await work.then(
    () => assert.fail('it was not rejected'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof GroupError)
  assert.equal(error.message, error.problems.map(({ field, message }) => `${field} ${message}`).join('\n'))
  return error.problems.map(({ code, field }) => `${code} ${field}`)
}

for (const kind of databaseKinds) {
  test(`${kind}: a group has members, until they, the group or the user is removed`, async (t) => {
    const ctx = await prepare(t, kind)
    assert.deepEqual(await addGroup(ctx, 'staff'), { name: 'staff', createdAt: startOfTests })
    await addGroup(ctx, 'Бухгалтерия')
    for (const userId of ['tim', 'alice', 'иван', 'tim']) await addMember(ctx, 'staff', userId)
    await addMember(ctx, 'Бухгалтерия', 'tim')
    assert.deepEqual(
      (await listMembers(ctx, 'staff')).members.map(({ username, sources }) => [username, sources]),
      [
        ['alice', ['own']],
        ['tim', ['own']],
        ['иван', ['own']],
      ],
    )
    assert.deepEqual((await groupsOfUser(ctx, 'tim')).toSorted(), ['staff', 'Бухгалтерия'])
    await removeMember(ctx, 'staff', 'alice')
    assert.deepEqual(await groupsOfUser(ctx, 'alice'), [])
    await removeUser(ctx, 'иван')
    assert.deepEqual(
      (await listMembers(ctx, 'staff')).members.map(({ userId }) => userId),
      ['tim'],
    )
    await removeGroup(ctx, 'staff')
    assert.deepEqual(await groupsOfUser(ctx, 'tim'), ['Бухгалтерия'])
    await addGroup(ctx, 'staff')
    assert.deepEqual(await listMembers(ctx, 'staff'), { members: [], next: undefined })
  })

  test(`${kind}: users have their own roles and those of their groups, each once`, async (t) => {
    const ctx = await prepare(t, kind)
    for (const name of ['staff', 'editors']) await addGroup(ctx, name)
    for (const name of ['reader', 'writer', 'admin']) await addRole(ctx, name)
    await addMember(ctx, 'staff', 'tim')
    await addMember(ctx, 'editors', 'tim')
    await assignRole(ctx, 'reader', { group: 'staff' })
    await assignRole(ctx, 'reader', { group: 'editors' })
    await assignRole(ctx, 'writer', { group: 'editors' })
    for (const name of ['reader', 'admin', 'admin']) await assignRole(ctx, name, { userId: 'tim' })
    assert.deepEqual(await rolesOfUser(ctx, 'tim'), ['admin', 'reader', 'writer'])
    assert.deepEqual(await rolesOfUser(ctx, 'alice'), [])
    assert.deepEqual(await groupsWithRole(ctx, 'reader'), ['editors', 'staff'])
    assert.deepEqual(await rolesOfGroup(ctx, 'editors'), ['reader', 'writer'])
    assert.deepEqual((await usersWithRole(ctx, 'admin')).users, [{ userId: 'tim', username: 'tim' }])

    await unassignRole(ctx, 'reader', { userId: 'tim' })
    await unassignRole(ctx, 'reader', { group: 'editors' })
    assert.deepEqual(await rolesOfUser(ctx, 'tim'), ['admin', 'reader', 'writer'])
    await removeGroup(ctx, 'editors')
    await removeRole(ctx, 'admin')
    assert.deepEqual(await rolesOfUser(ctx, 'tim'), ['reader'])
    await removeMember(ctx, 'staff', 'tim')
    assert.deepEqual(await rolesOfUser(ctx, 'tim'), [])
  })

  test(`${kind}: each problem of a group or a role has a code`, async (t) => {
    const ctx = await prepare(t, kind)
    await addGroup(ctx, 'staff')
    await addRole(ctx, 'admin')
    const expected: readonly (readonly [work: () => Promise<unknown>, problem: string])[] = [
      [() => addGroup(ctx, 'staff'), 'taken group'],
      [() => addRole(ctx, 'admin'), 'taken role'],
      [() => addGroup(ctx, ''), 'invalid group'],
      [() => addGroup(ctx, ' staff'), 'invalid group'],
      [() => addGroup(ctx, 'staff\u200b'), 'invalid group'],
      [() => addRole(ctx, 'a\nb'), 'invalid role'],
      [() => addRole(ctx, 'a'.repeat(256)), 'invalid role'],
      [() => removeGroup(ctx, 'Staff'), 'unknown_group group'],
      [() => removeRole(ctx, 'staff'), 'unknown_role role'],
      [() => addMember(ctx, 'admins', 'tim'), 'unknown_group group'],
      [() => addMember(ctx, 'staff', 'nobody'), 'unknown_user userId'],
      [() => addMember(ctx, 'staff', 'a\0b'), 'invalid userId'],
      [() => removeMember(ctx, 'staff', 'tim'), 'not_member userId'],
      [() => listMembers(ctx, 'admins'), 'unknown_group group'],
      [() => listGroups(ctx, { limit: 0 }), 'invalid limit'],
      [() => assignRole(ctx, 'owner', { userId: 'tim' }), 'unknown_role role'],
      [() => assignRole(ctx, 'admin', { group: 'admins' }), 'unknown_group group'],
      [() => assignRole(ctx, 'admin', { userId: 'nobody' }), 'unknown_user userId'],
      [() => assignRole(ctx, 'admin', JSON.parse('{}')), 'invalid holder'],
      [() => assignRole(ctx, 'admin', JSON.parse('{"userId":"tim","group":"staff"}')), 'invalid holder'],
      [() => unassignRole(ctx, 'admin', { userId: 'tim' }), 'not_assigned userId'],
      [() => unassignRole(ctx, 'admin', { group: 'staff' }), 'not_assigned group'],
      [() => rolesOfUser(ctx, 'nobody'), 'unknown_user userId'],
      [() => rolesOfGroup(ctx, 'admins'), 'unknown_group group'],
    ]
    for (const [work, problem] of expected) assert.deepEqual(await problemsOf(work()), [problem])
  })

  test(`${kind}: lists of groups, roles and members come in pages`, async (t) => {
    const ctx = await prepare(t, kind)
    for (const name of ['a', 'b', 'c']) {
      await addGroup(ctx, name)
      await addRole(ctx, name)
    }
    for (const userId of ['tim', 'alice']) {
      await addMember(ctx, 'a', userId)
      await assignRole(ctx, 'a', { userId })
    }
    await ctx.store.groups.addMember('a', 'alice', 'company', startOfTests)
    const first = await listGroups(ctx, { limit: 2 })
    assert.deepEqual([first.groups.map(({ name }) => name), first.next], [['a', 'b'], 'b'])
    assert.deepEqual(
      (await listRoles(ctx, { limit: 2, after: 'b' })).roles.map(({ name }) => name),
      ['c'],
    )
    const members = await listMembers(ctx, 'a', { limit: 1 })
    assert.deepEqual(members, {
      members: [{ userId: 'alice', username: 'alice', sources: ['company', 'own'] }],
      next: 'alice',
    })
    const next = await listMembers(ctx, 'a', { limit: 2, after: 'alice' })
    assert.deepEqual([next.members.map(({ userId }) => userId), next.next], [['tim'], undefined])
    assert.deepEqual((await usersWithRole(ctx, 'a', { limit: 1, after: 'alice' })).users[0]?.userId, 'tim')
  })

  test(`${kind}: a directory replaces the memberships that it is the source of, and no others`, async (t) => {
    const ctx = await prepare(t, kind)
    const { groups } = ctx.store
    await addGroup(ctx, 'staff')
    await addMember(ctx, 'staff', 'tim')
    await groups.replaceOfSource('tim', 'company', ['staff', 'editors', 'editors'], startOfTests)
    await groups.replaceOfSource('alice', 'company', ['editors'], startOfTests)
    assert.deepEqual(await groupsOfUser(ctx, 'tim'), ['editors', 'staff'])
    await assert.rejects(removeMember(ctx, 'editors', 'tim'), /the directory company says so/)

    await groups.replaceOfSource('tim', 'company', [], startOfTests)
    assert.deepEqual(await groupsOfUser(ctx, 'tim'), ['staff'])
    assert.deepEqual(await groupsOfUser(ctx, 'alice'), ['editors'])
  })
}
