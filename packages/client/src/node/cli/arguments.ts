/** The arguments of a command: which issuer, as which client, and how to log in. */
import { parseArgs } from 'node:util'
import { didYouMean } from '../../options/did-you-mean.ts'

/** The flags of all commands. */
export interface Arguments {
  readonly issuer: string
  readonly clientId: string
  readonly scope: string | undefined
  readonly port: number
  readonly isDevice: boolean
}

/** A wrong command line. The exit code is 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

const flags = {
  issuer: { type: 'string' },
  'client-id': { type: 'string' },
  scope: { type: 'string' },
  port: { type: 'string' },
  device: { type: 'boolean' },
} as const

/** The flags of `login` alone: for other commands they would have no effect. */
const loginFlags = ['scope', 'port', 'device'] as const

/** @throws UsageError that names the flag */
export function readArguments(command: string, args: readonly string[]): Arguments {
  const values = parse(args)
  const { issuer, 'client-id': clientId, scope, port = '0', device = false } = values
  if (!issuer)
    throw new UsageError('--issuer is missing: the URL of the issuer, as in --issuer https://login.example.com')
  if (!clientId) throw new UsageError('--client-id is missing: the id of this program, as registered with the issuer')
  const useless = command === 'login' ? undefined : loginFlags.find((name) => values[name] !== undefined)
  if (useless !== undefined) throw new UsageError(`--${useless} belongs to the command login`)
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new UsageError('--port must be a number up to 65535')
  return { issuer, clientId, scope, port: Number(port), isDevice: device }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags }).values
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      const hint = error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? suggestionFor(args) : ''
      throw new UsageError(`${error.message}${hint}`)
    }
    throw error
  }
}

/** A suggestion for the first flag that does not exist; empty when there is none. */
function suggestionFor(args: readonly string[]): string {
  const known = Object.keys(flags).map((name) => `--${name}`)
  const written = args.map((arg) => arg.split('=', 1)[0] ?? '')
  const unknown = written.find((flag) => flag.startsWith('--') && !known.includes(flag))
  return unknown === undefined ? '' : didYouMean(unknown, known)
}
