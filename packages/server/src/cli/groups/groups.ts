/** `countersign groups ...`: groups of users, and who is in them. */
import type { Command } from '@commander-js/extra-typings'
import { withExamples } from '../help.ts'

export function defineGroups(groups: Command): void {
  groups.description(
    'Adds and removes groups of users, and changes who is in them. Clients learn a user’s groups with the scope `groups`, in tokens that are issued from then on.',
  )
  withExamples(groups, ['countersign groups add staff', 'countersign groups add-member staff tim alice'])
  defineAdd(groups)
  defineList(groups)
  defineShow(groups)
  defineAddMember(groups)
  defineRemoveMember(groups)
  defineDelete(groups)
}

function defineAdd(groups: Command): void {
  const add = groups
    .command('add')
    .argument('<group>')
    .summary('add a group')
    .description(
      'Adds a group without members. Other software compares its name character by character, and it cannot change.',
    )
    .option('--json', 'print the group as JSON')
    .action(async (name, { json = false }) => (await import('./change-groups.ts')).add(name, json))
  withExamples(add, ['countersign groups add staff', "countersign groups add 'Site Editors'"])
}

function defineList(groups: Command): void {
  const list = groups
    .command('list')
    .summary('list all groups')
    .description('Lists all groups by name. In a pipe: name and when it was added, separated by tabs.')
    .option('--json', 'print a JSON array')
    .action(async ({ json = false }) => (await import('./show-groups.ts')).list(json))
  withExamples(list, ['countersign groups list', "countersign groups list --json | jq -r '.[].name'"])
}

function defineShow(groups: Command): void {
  const show = groups
    .command('show')
    .argument('<group>')
    .summary('show the members and the roles of a group')
    .description(
      'Shows the members of a group by username, each with where the membership comes from, and the roles of the group.',
    )
    .option('--json', 'print JSON')
    .action(async (name, { json = false }) => (await import('./show-groups.ts')).show(name, json))
  withExamples(show, [
    'countersign groups show staff',
    "countersign groups show staff --json | jq -r '.members[].username'",
  ])
}

function defineAddMember(groups: Command): void {
  const add = groups
    .command('add-member')
    .argument('<group>')
    .argument('<username...>')
    .summary('put users into a group')
    .description('Puts the users into the group. One who is in it already stays.')
    .action(async (name, usernames) => (await import('./change-groups.ts')).addMembers(name, usernames))
  withExamples(add, ['countersign groups add-member staff tim', 'countersign groups add-member staff tim alice'])
}

function defineRemoveMember(groups: Command): void {
  const remove = groups
    .command('remove-member')
    .argument('<group>')
    .argument('<username...>')
    .summary('take users out of a group')
    .description('Takes the users out of the group. A membership that a directory supplies must be changed there.')
    .action(async (name, usernames) => (await import('./change-groups.ts')).removeMembers(name, usernames))
  withExamples(remove, [
    'countersign groups remove-member staff tim',
    'countersign groups remove-member staff tim alice',
  ])
}

function defineDelete(groups: Command): void {
  const remove = groups
    .command('delete')
    .argument('<group...>')
    .summary('delete groups')
    .description('Deletes the groups. Their members lose the roles of the groups. Asks for a confirmation.')
    .option('--yes', 'delete without a confirmation: for scripts')
    .action(async (names, { yes = false }) => (await import('./change-groups.ts')).remove(names, yes))
  withExamples(remove, ['countersign groups delete staff', 'countersign groups delete staff editors --yes'])
}
