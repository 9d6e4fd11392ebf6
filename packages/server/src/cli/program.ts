/** The program: the table of its commands. The definition of a command is loaded only when it is needed, so that each starts fast. */
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { version } from '../config/version.ts'
import type { Define } from './define.ts'
import { endAfterFailure } from './end-after-failure.ts'
import { failed } from './failed.ts'
import { helpFormat, inLines, withExamples } from './help.ts'
import { endWhenUnread, print } from './terminal/print.ts'
import { variableNames } from './variables.ts'

interface Entry {
  readonly summary: string
  readonly load: () => Promise<Define>
}

const entries: Readonly<Record<string, Entry>> = {
  init: { summary: 'write the files of a new project', load: async () => (await import('./init/init.ts')).defineInit },
  dev: { summary: 'serve for development, without any setup', load: async () => (await import('./dev.ts')).defineDev },
  serve: { summary: 'serve for production', load: async () => (await import('./serve.ts')).defineServe },
  migrate: {
    summary: 'create the database, or update its tables',
    load: async () => (await import('./migrate.ts')).defineMigrate,
  },
  backup: {
    summary: 'make and check backups of the database',
    load: async () => (await import('./backup/backup.ts')).defineBackup,
  },
  restore: {
    summary: 'restore a backup',
    load: async () => (await import('./backup/restore.ts')).defineRestore,
  },
  move: {
    summary: 'move all data into another database',
    load: async () => (await import('./move/move.ts')).defineMove,
  },
  users: { summary: 'add, change and import users', load: async () => (await import('./users/users.ts')).defineUsers },
  directories: {
    summary: 'list and check where users live who are not in the database',
    load: async () => (await import('./directories/directories.ts')).defineDirectories,
  },
  groups: {
    summary: 'add groups of users, and change who is in them',
    load: async () => (await import('./groups/groups.ts')).defineGroups,
  },
  roles: {
    summary: 'add roles, and assign them to users and groups',
    load: async () => (await import('./groups/roles.ts')).defineRoles,
  },
  clients: {
    summary: 'register and change the programs that get tokens',
    load: async () => (await import('./clients/clients.ts')).defineClients,
  },
  keys: {
    summary: 'list, rotate, revoke and reseal the keys that sign tokens',
    load: async () => (await import('./keys/keys.ts')).defineKeys,
  },
  grants: {
    summary: 'list and revoke what users granted to clients',
    load: async () => (await import('./grants.ts')).defineGrants,
  },
  incidents: {
    summary: 'list tokens that were used twice, and many wrong secrets',
    load: async () => (await import('./incidents.ts')).defineIncidents,
  },
  doctor: {
    summary: 'check a deployment from outside and inside',
    load: async () => (await import('./doctor/doctor.ts')).defineDoctor,
  },
  why: { summary: 'explain why a request was rejected', load: async () => (await import('./why.ts')).defineWhy },
  completion: {
    summary: 'print the completion script of a shell',
    load: async () => (await import('./completion/completion.ts')).defineCompletion,
  },
  version: { summary: 'show the version', load: async () => (await import('./version.ts')).defineVersion },
}

/** Runs the command that `args` name, and sets the exit code. */
export async function runProgram(args: readonly string[]): Promise<void> {
  endWhenUnread()
  const words = wordsOf(args)
  const program = createProgram()
  try {
    await program.load(words[0] ?? '')
    await program.command.parseAsync([...untilUnknown(program.command, words)], { from: 'user' })
  } catch (error) {
    await failed(error, program.command, words)
    endAfterFailure()
  }
}

/**
 * `countersign` alone shows the help, and `countersign help users` is `countersign users --help`. No flag precedes a command, so that a
 * first `--`, such as the second one of `npm run countersign -- -- users list`, says nothing.
 */
function wordsOf(args: readonly string[]): readonly string[] {
  if (args[0] === '--') return wordsOf(args.slice(1))
  if (args.length === 0) return ['--help']
  return args[0] === 'help' ? [...args.slice(1), '--help'] : args
}

/** The words as far as the first one that should name a command and names none: before `--help`, the library would ignore it. */
function untilUnknown(program: Command, words: readonly string[]): readonly string[] {
  let command: CommandUnknownOpts = program
  for (const [index, word] of words.entries()) {
    if (word.startsWith('-') || command.commands.length === 0) return words
    const next = command.commands.find((candidate) => candidate.name() === word)
    if (next === undefined) return words.slice(0, index + 1)
    command = next
  }
  return words
}

/** The program with the definitions of all commands: for the tests. */
export async function loadProgram(): Promise<Command> {
  const program = createProgram()
  await program.loadAll()
  return program.command
}

interface Program {
  readonly command: Command
  /** Adds the definition of the command with this name, once. */
  readonly load: (name: string) => Promise<void>
  readonly loadAll: () => Promise<void>
}

/** The program with the names and summaries of its commands. */
function createProgram(): Program {
  const command = new Command('countersign')
    .description('The authorization server for TypeScript.')
    .version(version, '-v, --version', 'show the version')
    .helpOption('-h, --help', 'show this help; after a command, the help of that command')
    .helpCommand(false)
    .exitOverride()
    .configureHelp(helpFormat)
    // `failed` prints the errors.
    .configureOutput({ writeOut: (text) => print(text.trimEnd()), writeErr: () => {} })
  withExamples(command, ['countersign dev', 'countersign users add --help'], settings)
  const unloaded = new Map(
    Object.entries(entries).map(([name, { summary, load }]) => {
      const child = command.command(name).summary(summary).helpOption('-h, --help', 'show this help')
      return [name, { child: child.helpCommand(false), load }]
    }),
  )
  const load = async (name: string): Promise<void> => {
    const entry = unloaded.get(name)
    unloaded.delete(name)
    const define = await entry?.load()
    if (entry && define) define(entry.child, loadAll)
  }
  const loadAll = async (): Promise<void> => {
    for (const name of [...unloaded.keys()]) await load(name)
  }
  return { command, load, loadAll }
}

const settings = `${inLines(
  `Settings come from the environment, .env and countersign.config.ts. The variables: ${variableNames.join(', ')}.`,
)}

Exit codes: 0 done, 1 failed, 2 wrong command line.`
