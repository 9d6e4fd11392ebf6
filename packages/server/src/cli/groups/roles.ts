/** `countersign roles ...`: roles, and the users and groups that have them. */
import type { Command } from '@commander-js/extra-typings'
import { append } from '../append.ts'
import { withExamples } from '../help.ts'

export function defineRoles(roles: Command): void {
  roles.description(
    'Adds and removes roles, and assigns them to users and groups. Clients learn a user’s roles with the scope `roles`, in tokens that are issued from then on.',
  )
  withExamples(roles, ['countersign roles add admin', 'countersign roles assign admin --group staff'])
  defineAdd(roles)
  defineList(roles)
  defineShow(roles)
  defineAssign(roles)
  defineUnassign(roles)
  defineDelete(roles)
}

function defineAdd(roles: Command): void {
  const add = roles
    .command('add')
    .argument('<role>')
    .summary('add a role')
    .description(
      'Adds a role that nobody has. Other software compares its name character by character, and it cannot change.',
    )
    .option('--json', 'print the role as JSON')
    .action(async (name, { json = false }) => (await import('./change-roles.ts')).add(name, json))
  withExamples(add, ['countersign roles add admin', 'countersign roles add billing:read'])
}

function defineList(roles: Command): void {
  const list = roles
    .command('list')
    .summary('list all roles')
    .description('Lists all roles by name. In a pipe: name and when it was added, separated by tabs.')
    .option('--json', 'print a JSON array')
    .action(async ({ json = false }) => (await import('./show-roles.ts')).list(json))
  withExamples(list, ['countersign roles list', "countersign roles list --json | jq -r '.[].name'"])
}

function defineShow(roles: Command): void {
  const show = roles
    .command('show')
    .argument('<role>')
    .summary('show who has a role')
    .description('Shows the groups that have a role, and the users who have it by themselves.')
    .option('--json', 'print JSON')
    .action(async (name, { json = false }) => (await import('./show-roles.ts')).show(name, json))
  withExamples(show, ['countersign roles show admin', "countersign roles show admin --json | jq -r '.groups[]'"])
}

function defineAssign(roles: Command): void {
  const assign = withHolders(roles.command('assign').argument('<role>'))
    .summary('give a role to users and groups')
    .description('Gives the role to users, and to groups and so to their members. Who has it already keeps it.')
    .action(async (name, holders) => (await import('./change-roles.ts')).assign(name, holders))
  withExamples(assign, [
    'countersign roles assign admin --user tim',
    'countersign roles assign admin --group staff --group editors',
  ])
}

function defineUnassign(roles: Command): void {
  const unassign = withHolders(roles.command('unassign').argument('<role>'))
    .summary('take a role from users and groups')
    .description('Takes the role from users and groups. A user keeps it who also has it by a group.')
    .action(async (name, holders) => (await import('./change-roles.ts')).unassign(name, holders))
  withExamples(unassign, [
    'countersign roles unassign admin --user tim',
    'countersign roles unassign admin --group staff',
  ])
}

function withHolders(command: Command<[string]>) {
  return command
    .option('--user <username>', 'a user; may be repeated', append)
    .option('--group <group>', 'a group; may be repeated', append)
}

function defineDelete(roles: Command): void {
  const remove = roles
    .command('delete')
    .argument('<role...>')
    .summary('delete roles')
    .description('Deletes the roles, and takes them from everybody. Asks for a confirmation.')
    .option('--yes', 'delete without a confirmation: for scripts')
    .action(async (names, { yes = false }) => (await import('./change-roles.ts')).remove(names, yes))
  withExamples(remove, ['countersign roles delete admin', 'countersign roles delete admin reader --yes'])
}
