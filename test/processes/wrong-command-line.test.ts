/** What a wrong command line gets: one message at the end, which names the mistake and repeats no secret. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commands } from '../support/commands.ts'
import { runCommand } from '../support/process.ts'

interface Mistake {
  /** What follows the command. */
  readonly args: string
  /** The last line. */
  readonly message: string
}

const unknownFlag: Mistake = { args: '--halp', message: "Unknown flag '--halp'. Did you mean --help?" }

function missing(argument: string): Mistake {
  return { args: '', message: `Missing required argument '${argument}'.` }
}

function tooMany(args: string, name: string, expected: number): Mistake {
  const received = args.split(' ').length
  const words = expected === 1 ? '1 argument' : `${expected} arguments`
  return { args, message: `Too many arguments for '${name}'. Expected ${words}, received ${received}.` }
}

function misspelt(args: string, flag: string): Mistake {
  const given = args.split(' ').find((word) => word.startsWith('--'))
  return { args, message: `Unknown flag '${given}'. Did you mean ${flag}?` }
}

function noSuchCommand(args: string, meant: string): Mistake {
  return { args, message: `Unknown command '${args.split(' ')[0]}'. Did you mean ${meant}?` }
}

function noCommand(names: string): Mistake {
  return { args: '', message: `Name a command: ${names}.` }
}

function valueMissing(flag: string, value: string): Mistake {
  return { args: `x ${flag}`, message: `${flag} needs a value: <${value}>.` }
}

const usersCommands = 'add, list, show, update, passwd, disable, enable, unlock, delete, import'
const groupsCommands = 'add, list, show, add-member, remove-member, delete'
const rolesCommands = 'add, list, show, assign, unassign, delete'
const clientsCommands = 'add, list, show, update, rotate-secret, disable, enable, delete'

const doctorUrl = 'The URL must be one such as https://login.example.com, without credentials, query and fragment.'

/** Three for each command. */
const mistakes: Readonly<Record<string, readonly [Mistake, Mistake, Mistake]>> = {
  init: [unknownFlag, tooMany('here', 'init', 0), { args: '--force', message: "Unknown flag '--force'." }],
  dev: [unknownFlag, tooMany('now', 'dev', 0), misspelt('--tarce', '--trace')],
  serve: [unknownFlag, tooMany('now please', 'serve', 0), { args: '--port 80', message: "Unknown flag '--port'." }],
  migrate: [unknownFlag, tooMany('up', 'migrate', 0), { args: '-x', message: "Unknown flag '-x'." }],
  users: [unknownFlag, noSuchCommand('ad bob', 'add'), noCommand(usersCommands)],
  'users add': [missing('username'), tooMany('bob hunter2', 'add', 1), misspelt('bob --emial a@b.example', '--email')],
  'users list': [unknownFlag, tooMany('all', 'list', 0), misspelt('--jsn', '--json')],
  'users show': [missing('username'), tooMany('a b c', 'show', 1), misspelt('tim --jsno', '--json')],
  'users update': [
    missing('username'),
    { args: 'tim', message: 'Name what to change with a flag, such as --email.' },
    valueMissing('--full-name', 'name'),
  ],
  'users passwd': [missing('username'), tooMany('tim secret', 'passwd', 1), unknownFlag],
  'users disable': [missing('username'), unknownFlag, { args: 'tim --yes', message: "Unknown flag '--yes'." }],
  'users enable': [missing('username'), unknownFlag, { args: 'tim --yes', message: "Unknown flag '--yes'." }],
  'users unlock': [missing('username'), unknownFlag, { args: 'tim --yes', message: "Unknown flag '--yes'." }],
  'users delete': [missing('username'), unknownFlag, misspelt('tim --yse', '--yes')],
  'users import': [missing('file'), tooMany('a.json b.json', 'import', 1), misspelt('a.json --dry-rum', '--dry-run')],
  groups: [unknownFlag, noSuchCommand('ad staff', 'add'), noCommand(groupsCommands)],
  'groups add': [missing('group'), tooMany('site editors', 'add', 1), misspelt('staff --jsno', '--json')],
  'groups list': [unknownFlag, tooMany('all', 'list', 0), misspelt('--jsn', '--json')],
  'groups show': [missing('group'), tooMany('a b', 'show', 1), misspelt('staff --jsno', '--json')],
  'groups add-member': [
    missing('group'),
    { args: 'staff', message: "Missing required argument 'username'." },
    { args: 'staff tim --yes', message: "Unknown flag '--yes'." },
  ],
  'groups remove-member': [
    missing('group'),
    { args: 'staff', message: "Missing required argument 'username'." },
    { args: 'staff tim --yes', message: "Unknown flag '--yes'." },
  ],
  'groups delete': [missing('group'), unknownFlag, misspelt('staff --yse', '--yes')],
  roles: [unknownFlag, noSuchCommand('asign admin', 'assign'), noCommand(rolesCommands)],
  'roles add': [missing('role'), tooMany('a b', 'add', 1), misspelt('admin --jsno', '--json')],
  'roles list': [unknownFlag, tooMany('all', 'list', 0), misspelt('--jsn', '--json')],
  'roles show': [missing('role'), tooMany('a b', 'show', 1), misspelt('admin --jsno', '--json')],
  'roles assign': [
    missing('role'),
    { args: 'admin', message: 'Name who with --user or --group.' },
    misspelt('admin --gruop staff', '--group'),
  ],
  'roles unassign': [
    missing('role'),
    { args: 'admin', message: 'Name who with --user or --group.' },
    misspelt('admin --usr tim', '--user'),
  ],
  'roles delete': [missing('role'), unknownFlag, misspelt('admin --yse', '--yes')],
  clients: [unknownFlag, noSuchCommand('lits', 'list'), noCommand(clientsCommands)],
  'clients add': [
    tooMany('a b', 'add', 1),
    misspelt('a --redirect-url https://a.example', '--redirect-uri'),
    {
      args: '--public --token-endpoint-auth-method none',
      message: '--public means --token-endpoint-auth-method none: use one of them',
    },
  ],
  'clients list': [unknownFlag, tooMany('all', 'list', 0), misspelt('--jsn', '--json')],
  'clients show': [missing('client-id'), tooMany('a b', 'show', 1), misspelt('a --jsno', '--json')],
  'clients update': [
    missing('client-id'),
    { args: 'a', message: 'Name what to change with a flag, such as --client-name.' },
    valueMissing('--logo-uri', 'uri'),
  ],
  'clients rotate-secret': [missing('client-id'), tooMany('a b', 'rotate-secret', 1), misspelt('a --noww', '--now')],
  'clients disable': [missing('client-id'), unknownFlag, { args: 'a --yes', message: "Unknown flag '--yes'." }],
  'clients enable': [missing('client-id'), unknownFlag, { args: 'a --yes', message: "Unknown flag '--yes'." }],
  'clients delete': [missing('client-id'), unknownFlag, misspelt('a --yse', '--yes')],
  backup: [unknownFlag, noSuchCommand('creat', 'create'), noCommand('create, verify, new-key')],
  'backup create': [
    missing('file'),
    misspelt('a --recipent age1', '--recipient'),
    {
      args: 'a --recipient AGE-SECRET-KEY-1',
      message:
        '--recipient must be a public key that begins with age1, such as backup new-key prints. Never give it the secret key.',
    },
  ],
  'backup verify': [missing('file'), tooMany('a b', 'verify', 1), valueMissing('--identity', 'file')],
  'backup new-key': [missing('file'), tooMany('a b', 'new-key', 1), unknownFlag],
  restore: [
    { args: '', message: 'Name the file of the backup.' },
    { args: 'a --in-place', message: '--in-place takes no file: it restores nothing.' },
    misspelt('a --replce', '--replace'),
  ],
  move: [
    { args: '', message: 'Name the new database with --to.' },
    {
      args: '--to mysql://a',
      message: '--to must be sqlite: and a path, sqlite::memory:, or postgres://user:password@host/database.',
    },
    { args: '--cancel --to sqlite:a.db', message: '--cancel takes --from alone: the target stays as it is.' },
  ],
  keys: [unknownFlag, noSuchCommand('rotat', 'rotate'), noCommand('list, rotate, revoke, reseal')],
  'keys list': [unknownFlag, tooMany('all', 'list', 0), misspelt('--jsn', '--json')],
  'keys rotate': [
    tooMany('ES256', 'rotate', 0),
    { args: '--algorithm HS256', message: '--algorithm must be one of ES256, RS256, EdDSA.' },
    misspelt('--algoritm ES256', '--algorithm'),
  ],
  'keys revoke': [
    { args: '--reason leaked', message: "Missing required argument 'kid'." },
    valueMissing('--reason', 'text'),
    { args: 'a b --reason x', message: "Too many arguments for 'revoke'. Expected 1 argument, received 2." },
  ],
  'keys reseal': [unknownFlag, tooMany('secret', 'reseal', 0), { args: '-x', message: "Unknown flag '-x'." }],
  grants: [unknownFlag, noSuchCommand('revok tim', 'revoke'), noCommand('list, revoke')],
  'grants list': [missing('username'), tooMany('a b', 'list', 1), misspelt('tim --jsno', '--json')],
  'grants revoke': [missing('username'), tooMany('a b', 'revoke', 1), misspelt('tim --cleint shop', '--client')],
  directories: [unknownFlag, noSuchCommand('chek', 'check'), noCommand('list, check, sync')],
  'directories list': [tooMany('a', 'list', 0), misspelt('--jsno', '--json'), unknownFlag],
  'directories check': [
    tooMany('a b', 'check', 1),
    misspelt('--usr tim', '--user'),
    valueMissing('--user', 'username'),
  ],
  'directories sync': [tooMany('a b', 'sync', 1), unknownFlag, misspelt('--hlep', '--help')],
  incidents: [
    tooMany('7d', 'incidents', 0),
    {
      args: '--since yesterday',
      message: '--since must be a time ago, such as 36h or 7d, or a date: 2027-01-31',
    },
    misspelt('--sicne 7d', '--since'),
  ],
  doctor: [
    { args: 'login.example.com', message: doctorUrl },
    { args: 'https://a.example --client app', message: '--client is not known here: give its --redirect-uri too.' },
    misspelt('--usr tim', '--user'),
  ],
  why: [missing('request-id'), tooMany('a b', 'why', 1), misspelt('a --jsno', '--json')],
  completion: [
    missing('shell'),
    { args: 'tcsh', message: '<shell> must be one of bash, zsh, fish.' },
    tooMany('bash zsh', 'completion', 1),
  ],
  version: [unknownFlag, tooMany('now', 'version', 0), misspelt('--jsn', '--json')],
}

test('each command is in the table of mistakes', () => {
  assert.deepEqual(Object.keys(mistakes).toSorted(), [...commands.keys()].toSorted())
})

for (const name of commands.keys()) {
  test(`${name}: a wrong command line ends with exit code 2 and one message at the end`, async () => {
    for (const { args, message } of mistakes[name] ?? []) {
      const words = [...name.split(' '), ...args.split(' ').filter((word) => word !== '')]
      const { code, stdout, stderr } = await runCommand(words, {})
      assert.deepEqual([code, stdout], [2, ''], args)
      const lines = stderr.trimEnd().split('\n')
      assert.deepEqual(lines.at(-1), message)
      assert.match(lines[0] ?? '', new RegExp(`^Usage: countersign ${name} `))
      assert.equal(lines[1], `Help:  countersign ${name} --help`)
      assert.ok(lines.length <= 4, stderr)
    }
  })
}

test('an unknown command and an unknown flag of the program are rejected with a suggestion', async () => {
  for (const [args, message] of [
    [['sevre'], "Unknown command 'sevre'. Did you mean serve?"],
    [['help', 'nonsense'], "Unknown command 'nonsense'."],
    [['help', 'user'], "Unknown command 'user'. Did you mean users?"],
    [['help', 'users', 'lits'], "Unknown command 'lits'. Did you mean list?"],
    [['sevre', '--help'], "Unknown command 'sevre'. Did you mean serve?"],
    [['users', 'lits', '--help'], "Unknown command 'lits'. Did you mean list?"],
    [['help', 'toString'], "Unknown command 'toString'."],
    [['--', 'users', 'lits'], "Unknown command 'lits'. Did you mean list?"],
    [['--vesion'], "Unknown flag '--vesion'. Did you mean --version?"],
    [['\u001b[2J'], "Unknown command '?[2J'."],
  ] as const) {
    const { code, stderr } = await runCommand(args, {})
    assert.deepEqual([code, stderr.trimEnd().split('\n').at(-1)], [2, message])
  }
})

test('the value of a flag that does not exist is not repeated: it could be a password', async () => {
  for (const [args, message] of [
    [['users', 'add', 'x', '--pasword=hunter2'], "Unknown flag '--pasword'."],
    [['users', 'add', 'x', '--emial=hunter2'], "Unknown flag '--emial'. Did you mean --email?"],
    [['users', 'add', 'x', '--pasword=a\nhunter2\n(b)'], "Unknown flag '--pasword'."],
    [['users', 'add', 'x', '-phunter2'], "Unknown flag '-p'. A value that begins with - stands last, after --."],
    [['users', 'add', 'x', '--json=hunter2'], '--json takes no value.'],
  ] as const) {
    const { code, stderr } = await runCommand(args, {})
    assert.deepEqual([code, stderr.trimEnd().split('\n').at(-1)], [2, message])
    assert.doesNotMatch(stderr, /hunter2/)
  }
})
