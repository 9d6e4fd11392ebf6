/** `countersign groups` and `roles`: an operator changes who is in a group, and who has a role; on both databases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStore } from '../../packages/server/src/store/open.ts'
import { databaseKinds, freshDatabase, preparedDatabase } from '../../packages/server/test/support/databases.ts'
import { addTestUsers } from '../../packages/server/test/support/people.ts'
import { runCommand, temporaryFolder } from '../support/process.ts'
import { blocksOf } from '../support/samples.ts'

for (const kind of databaseKinds) {
  test(`${kind}: groups get members, roles are assigned, and both are deleted`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    const environment = { DATA_DIR: temporaryFolder(t), DATABASE_URL: database.url }
    const run = (line: string) => runCommand(line.split(' '), environment, 'long enough\n')
    const done = async (line: string) => {
      const { code, stdout, stderr } = await run(line)
      assert.deepEqual([code, stderr], [0, ''], line)
      return stdout
    }
    const failed = async (line: string) => {
      const { code, stderr } = await run(line)
      assert.notEqual(code, 0, line)
      // The command is named as it is called here.
      return stderr
        .trimEnd()
        .split('\n')
        .at(-1)
        ?.replace(/See: .* (?=\w+ list$)/, 'See: ')
    }
    for (const line of ['migrate', 'users add tim', 'users add alice', 'groups add staff', 'roles add admin'])
      await done(line)

    assert.equal(await done('groups add-member staff TIM alice tim'), 'tim is in staff.\nalice is in staff.\n')
    assert.equal(
      await done('roles assign admin --group staff --user alice'),
      'alice has the role admin.\nThe group staff has the role admin.\n',
    )
    assert.equal(
      await done('groups show staff'),
      'group    staff\nroles    admin\nmembers  2\nmembers\n  alice  own\n  tim    own\n',
    )
    assert.equal(await done('roles show admin'), 'role   admin\ngroup  staff\nuser   alice\n')
    assert.match(await done('users show tim'), /^groups {5}staff\nroles {6}admin$/m)
    assert.match(await done('groups list'), /^staff\t2\d{3}-/)
    assert.equal(await done('groups remove-member staff tim'), 'tim is no longer in staff.\n')
    assert.equal(await done('roles unassign admin --user alice'), 'alice no longer has the role admin.\n')

    assert.equal(await failed('groups add staff'), 'There is a group "staff" already.')
    assert.equal(await failed('groups show Staff'), 'There is no such group. See: groups list')
    assert.equal(await failed('groups add-member staff nobody'), 'There is no user "nobody". See: users list')
    assert.equal(await failed('groups remove-member staff tim'), 'The user is not in the group.')
    assert.equal(await failed('roles assign owner --user tim'), 'There is no role "owner". See: roles list')
    assert.equal(await failed('roles assign admin --group nobody'), 'There is no such group. See: groups list')
    assert.equal(await failed('roles unassign admin --user tim'), 'The user does not have the role by itself.')
    assert.equal(await failed('roles assign admin'), 'Name who with --user or --group.')
    assert.match((await failed('groups delete staff')) ?? '', /give it with --yes/)

    assert.equal(await done('groups delete staff --yes'), 'Deleted the group staff.\n')
    assert.equal(await done('roles delete admin --yes'), 'Deleted the role admin.\n')
    assert.equal(await done('groups list --json'), '[]\n')
  })
}

test('docs/guides/groups-and-roles.md: its commands give what it shows', async (t) => {
  const { url, remove } = await preparedDatabase('sqlite')
  t.after(remove)
  const store = await openStore({ url, migrate: true })
  await addTestUsers(store, 0)
  await store.close()
  const [block = '', ...others] = blocksOf('docs/guides/groups-and-roles.md', 'console')
  const steps = [...block.matchAll(/^\$ countersign (.+)\n((?:(?!\$ ).*\n)*)/gm)]
  assert.deepEqual([steps.length, others], [4, []])
  for (const [, line = '', stdout] of steps) {
    const finished = await runCommand(line.split(' '), { DATABASE_URL: url }, '', temporaryFolder(t))
    assert.deepEqual(finished, { code: 0, stdout, stderr: '' }, line)
  }
})
