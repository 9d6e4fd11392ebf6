/** `countersign directories ...`: an operator looks at the directories of the configuration. */
import type { Command } from '@commander-js/extra-typings'
import { withExamples } from '../help.ts'
import { check } from './check.ts'
import { checkUser } from './check-user.ts'
import { list } from './list.ts'
import { sync } from './sync.ts'

export function defineDirectories(directories: Command): void {
  directories.description('Lists and checks the directories: where users live who are not in the database.')
  withExamples(directories, ['countersign directories check', 'countersign directories check --user tim'])
  const listing = directories
    .command('list')
    .summary('list the directories')
    .description(
      'Lists the directories in the order in which a username is looked up, with the users who have logged in. In a pipe: name, kind, users who have logged in, users of them who are disabled or gone there, and users who were taken over, separated by tabs.',
    )
    .option('--json', 'print a JSON array')
    .action(({ json = false }) => list(json))
  withExamples(listing, ['countersign directories list', 'countersign directories list --json'])
  const checking = directories
    .command('check')
    .argument('[name]')
    .summary('check that look-ups work')
    .description(
      'Asks the directories, or one of them: whether they respond, how many users they have, whether look-ups have an index, and which usernames an earlier place has too. Exits with 1 when something is wrong.',
    )
    .option('--user <username>', 'walk the look-up of this username step by step')
    .option('--json', 'print a JSON array')
    .action((name, { user, json = false }) => (user === undefined ? check(name, json) : checkUser(user, json)))
  withExamples(checking, ['countersign directories check people', 'countersign directories check --user tim'])
  const syncing = directories
    .command('sync')
    .argument('[name]')
    .summary('read the users who have logged in again')
    .description(
      'Asks the directories, or one of them, about all users who have logged in: their profiles are as new, and those who are disabled or gone there are out. The server does the same by itself, for users whose tokens may be in use.',
    )
    .action(sync)
  withExamples(syncing, ['countersign directories sync', 'countersign directories sync people'])
}
