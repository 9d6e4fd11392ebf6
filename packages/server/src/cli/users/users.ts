/** `countersign users ...`: the definitions of its commands. What each one does is loaded when it runs. */
import { type Command, Option } from '@commander-js/extra-typings'
import { profileClaims } from '../../domain/change-claims.ts'
import { formatNames } from '../../users/import/format-names.ts'
import { append } from '../append.ts'
import { withExamples } from '../help.ts'
import { withProfileFlags } from './profile-flags.ts'

const claims = `The claims: ${profileClaims.slice(0, 6).join(', ')},
${profileClaims.slice(6, 12).join(', ')},
${profileClaims.slice(12).join(', ')}. An empty value removes one.`

export function defineUsers(users: Command): void {
  users.description('Adds, shows, changes and imports users. Changes take effect at once, also for a running server.')
  withExamples(users, ['countersign users list', 'countersign users add johndoe --email johndoe@example.com'])
  defineAdd(users)
  defineList(users)
  defineShow(users)
  defineUpdate(users)
  definePasswd(users)
  defineDisable(users)
  defineEnable(users)
  defineUnlock(users)
  defineDelete(users)
  defineImport(users)
}

function defineAdd(users: Command): void {
  const add = withProfileFlags(users.command('add').argument('<username>', 'the name that the user logs in with'))
    .summary('add a user')
    .description('Adds a user. Asks for the password, or reads it from the first line of standard input.')
    .option('--json', 'print the user as JSON')
    .action(async (username, flags) => (await import('./add.ts')).add(username, flags))
  withExamples(
    add,
    [
      'countersign users add johndoe --email johndoe@example.com --full-name "John Doe"',
      `printf '%s' "$PASSWORD" | countersign users add johndoe --claim locale=en-GB`,
    ],
    claims,
  )
}

function defineList(users: Command): void {
  const list = users
    .command('list')
    .summary('list all users')
    .description('Lists all users by username. In a pipe: username, id, state and e-mail address, separated by tabs.')
    .option('--json', 'print a JSON array')
    .action(async ({ json = false }) => (await import('./list.ts')).list(json))
  withExamples(list, ['countersign users list', "countersign users list --json | jq -r '.[].email'"])
}

function defineShow(users: Command): void {
  const show = users
    .command('show')
    .argument('<username>')
    .summary('show one user')
    .description('Shows a user with all claims. The password is never shown, only the format of its hash.')
    .option('--json', 'print JSON')
    .action(async (username, { json = false }) => (await import('./show.ts')).show(username, json))
  withExamples(show, ['countersign users show johndoe', 'countersign users show johndoe --json | jq .email_verified'])
}

function defineUpdate(users: Command): void {
  const update = withProfileFlags(users.command('update').argument('<username>'))
    .summary('change what a flag names')
    .description('Changes what a flag names. All other values stay as they are.')
    .option(
      '--attribute <name=json>',
      'one attribute of the option attributes; an empty value removes it; may be repeated',
      append,
    )
    .action(async (username, flags) => (await import('./update.ts')).update(username, flags))
  withExamples(
    update,
    [
      'countersign users update johndoe --email john@example.com --email-verified yes',
      "countersign users update johndoe --claim birthdate=1990-02-28 --claim nickname=''",
    ],
    claims,
  )
}

function definePasswd(users: Command): void {
  const passwd = users
    .command('passwd')
    .argument('<username>')
    .summary('set a new password')
    .description(
      'Sets a new password, asked for at the terminal or read from the first line of standard input. Ends all sessions of the user, and revokes all grants.',
    )
    .action(async (username) => (await import('./passwd.ts')).passwd(username))
  withExamples(passwd, [
    'countersign users passwd johndoe',
    `printf '%s' "$PASSWORD" | countersign users passwd johndoe`,
  ])
}

function defineDisable(users: Command): void {
  const disable = users
    .command('disable')
    .argument('<username...>')
    .summary('end the access of users')
    .description('The users cannot log in, and their tokens are rejected, until they are enabled again.')
    .action(async (usernames) => (await import('./change-each.ts')).disable(usernames))
  withExamples(disable, ['countersign users disable johndoe', 'countersign users disable johndoe tim'])
}

function defineEnable(users: Command): void {
  const enable = users
    .command('enable')
    .argument('<username...>')
    .summary('give users access again')
    .description('The users can log in again. Browser sessions that ended stay ended.')
    .action(async (usernames) => (await import('./change-each.ts')).enable(usernames))
  withExamples(enable, ['countersign users enable johndoe', 'countersign users enable johndoe tim'])
}

function defineUnlock(users: Command): void {
  const unlock = users
    .command('unlock')
    .argument('<username...>')
    .summary('end a lockout after failed logins')
    .description('Forgets the failed login attempts of the users, so that the next one is checked at once.')
    .action(async (usernames) => (await import('./change-each.ts')).unlock(usernames))
  withExamples(unlock, ['countersign users unlock johndoe', 'countersign users unlock johndoe tim'])
}

function defineDelete(users: Command): void {
  const remove = users
    .command('delete')
    .argument('<username...>')
    .summary('delete users')
    .description('Deletes the users with everything that belongs to them. Asks for a confirmation.')
    .option('--yes', 'delete without a confirmation: for scripts')
    .action(async (usernames, { yes = false }) => (await import('./change-each.ts')).remove(usernames, yes))
  withExamples(remove, ['countersign users delete johndoe', 'countersign users delete johndoe tim --yes'])
}

function defineImport(users: Command): void {
  const command = users
    .command('import')
    .argument('<file>', 'an export of another system: JSON, JSON lines, CSV or LDIF')
    .summary('import users with their password hashes')
    .description('Imports users from a file, with their password hashes: all of them, or none when one is rejected.')
    .addOption(new Option('--from <format>', 'the system that wrote the file').choices(formatNames))
    .option('--map <field=path>', 'the field that a member is; may be repeated', append)
    .option('--hash-config <file>', 'the parameters of the hashes of Firebase')
    .option('--dry-run', 'check the file, and change nothing')
    .option('--update', 'add to users who are present what they lack')
    .option('--skip-invalid', 'import the others when rows are rejected')
    .option('--allow-weak-hashes', 'import hashes that can be guessed fast, inside of argon2id')
    .addOption(new Option('--rehash <how>', 'put all old hashes inside of argon2id').choices(['wrap'] as const))
    .action(async (file, flags) => (await import('./import.ts')).importFile(file, flags))
  withExamples(
    command,
    [
      'countersign users import users.json --dry-run',
      'countersign users import users.csv --map username=email',
      'countersign users import export.json --from auth0 --update',
    ],
    mapHelp,
  )
}

const mapHelp = `--map says what a member means that is not understood: disabled=is_frozen,
enabled=may_log_in, username=profile.login, ignore=score.`
