/** The options of the command: their defaults, what they mean, and the demand that comes of them. */
import { parseArgs } from 'node:util'
import type { Demand, Machines } from './demand.ts'
import { hashMicroseconds } from './measured.ts'

export interface Asked {
  readonly demand: Demand
  readonly machines: Machines
  readonly isHelp: boolean
  readonly isJson: boolean
  readonly isCheck: boolean
}

/** A number that the command takes: its default, its bounds and its meaning. */
interface NumberOption {
  readonly default: number
  readonly min: number
  readonly max: number
  readonly text: string
}

const most = 1e12

const numbers = {
  users: of(100_000, 'users', 1),
  logins: of(1, 'logins with a password of each user in a day'),
  'sign-ons': of(1, 'further applications that a login leads to by its session', 0, 100),
  'active-hours': of(8, 'hours for which an application is in use after its login, and refreshes its tokens', 0, 2160),
  logouts: of(0.2, 'share of the logins that end by a logout, or by the revocation of the refresh token', 0, 1),
  'wrong-passwords': of(0.1, 'wrong passwords for each login', 0, 100),
  checks: of(0, 'tokens that resource servers check, each second on average'),
  guards: of(10, 'processes of resource servers whose guards fetch the revocation feed'),
  'service-tokens': of(0, 'tokens for services (client credentials), each second on average'),
  peak: of(4, 'how many times more requests the busiest second has than the average one', 1, 1000),
  consents: of(0, 'remembered consents of each user', 0, 1000),
  'access-token-lifetime': of(1800, 'seconds', 60, 86_400),
  'refresh-token-lifetime': of(90 * 86_400, 'seconds', 60),
  'refresh-token-idle-lifetime': of(14 * 86_400, 'seconds', 60),
  'session-lifetime': of(14 * 86_400, 'seconds', 60),
  'session-idle-lifetime': of(12 * 3600, 'seconds', 60),
  cores: of(4, 'cores of each machine that serves', 1, 1024),
  'database-cores': of(8, 'cores of the machine with PostgreSQL', 1, 1024),
  use: of(0.6, 'share of the cores, the disk and the writer that may be used at the peak', 0.01, 1),
  'core-speed': of(1, 'how many times faster a core is than that of the measurements', 0.01, 100),
  'hash-ms': of(hashMicroseconds / 1000, 'milliseconds of processor time for one password', 0.01, 60_000),
  syncs: of(1000, "how often a second the database's disk confirms a write: pg_test_fsync tells", 1),
  'log-megabytes': of(
    100,
    'megabytes a second of write-ahead log that the disk of the primary and its standbys take',
    0.001,
  ),
} as const satisfies Readonly<Record<string, NumberOption>>

const schemes = ['code', 'password'] as const
const checkers = ['guard', 'introspection', 'users-me'] as const

/** @throws Error with a sentence for the user */
export function readOptions(args: readonly string[]): Asked {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(Object.keys(numbers).map((name) => [name, { type: 'string' } as const])),
      scheme: { type: 'string', default: 'code' },
      'checked-by': { type: 'string', default: 'guard' },
      offline: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const given: Readonly<Record<string, unknown>> = values
  const number = (name: keyof typeof numbers) => readNumber(name, numbers[name], given[name])
  return {
    demand: {
      users: number('users'),
      logins: number('logins'),
      scheme: oneOf('scheme', schemes, values.scheme),
      signOns: number('sign-ons'),
      activeHours: number('active-hours'),
      logouts: number('logouts'),
      wrongPasswords: number('wrong-passwords'),
      checks: number('checks'),
      checkedBy: oneOf('checked-by', checkers, values['checked-by']),
      guards: number('guards'),
      serviceTokens: number('service-tokens'),
      peak: number('peak'),
      offline: values.offline,
      consents: number('consents'),
      accessTokenLifetime: number('access-token-lifetime'),
      refreshTokenLifetime: number('refresh-token-lifetime'),
      refreshTokenIdleLifetime: number('refresh-token-idle-lifetime'),
      sessionLifetime: number('session-lifetime'),
      sessionIdleLifetime: number('session-idle-lifetime'),
    },
    machines: {
      cores: number('cores'),
      databaseCores: number('database-cores'),
      use: number('use'),
      coreSpeed: number('core-speed'),
      hashMs: number('hash-ms'),
      syncs: number('syncs'),
      logMegabytes: number('log-megabytes'),
    },
    isHelp: values.help,
    isJson: values.json,
    isCheck: values.check,
  }
}

export function helpText(): string {
  const rows = [
    ...Object.entries(numbers).map(([name, { default: value, text }]) => [`--${name} N`, `${text} [${value}]`]),
    [`--scheme ${schemes.join('|')}`, 'how users log in: the authorization code flow, or passwords at /token [code]'],
    [`--checked-by ${checkers.join('|')}`, 'how resource servers check tokens [guard]'],
    ['--offline', 'applications ask for offline_access: their grants outlive the session'],
    ['--json', 'print JSON'],
    ['--check', 'compare the model with a server on both databases; takes minutes'],
    ['--help', 'print this'],
  ]
  const width = Math.max(...rows.map(([name = '']) => name.length))
  const lines = rows.map(([name = '', text = '']) => `  ${name.padEnd(width)}  ${text}`)
  return `npm run capacity -- [options]: what a deployment does, stores and needs.\n\n${lines.join('\n')}\n`
}

function of(value: number, text: string, min = 0, max = most): NumberOption {
  return { default: value, min, max, text }
}

function readNumber(name: string, option: NumberOption, given: unknown): number {
  if (given === undefined) return option.default
  const value = Number(given)
  if (String(given).trim() !== '' && value >= option.min && value <= option.max) return value
  const upTo = option.max === most ? '' : ` and at most ${option.max}`
  throw new Error(`--${name} must be a number, at least ${option.min}${upTo}`)
}

function oneOf<Word extends string>(name: string, words: readonly Word[], given: string): Word {
  const found = words.find((word) => word === given)
  if (found === undefined) throw new Error(`--${name} must be one of: ${words.join(', ')}`)
  return found
}
