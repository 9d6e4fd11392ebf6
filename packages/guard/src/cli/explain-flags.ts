/** The flags of `countersign-guard explain`. */
import { parseArgs } from 'node:util'
import { describeValue } from '../describe.ts'
import { didYouMean } from '../did-you-mean.ts'
import { parseScope } from '../scope.ts'
import type { ScopeHierarchy } from '../scope-hierarchy.ts'
import { UsageError } from './usage-error.ts'

/** What the command does. Files are paths. */
export interface ExplainFlags {
  /** `undefined`: read from standard input. */
  readonly token: string | undefined
  readonly issuer: string | undefined
  readonly audience: string | undefined
  readonly scopeClaim: string | undefined
  readonly type: 'at+jwt' | 'JWT'
  readonly scopes: readonly string[]
  readonly scopeHierarchy: ScopeHierarchy
  /** Seconds. `undefined`: the guard's default; the same for `maxTokenLength`. */
  readonly clockTolerance: number | undefined
  /** Characters. */
  readonly maxTokenLength: number | undefined
  readonly jwksFile: string | undefined
  readonly secretFile: string | undefined
  readonly mayFetch: boolean
  /** Seconds since the epoch; `undefined`: now. */
  readonly at: number | undefined
  readonly isJson: boolean
}

const options = {
  issuer: { type: 'string' },
  audience: { type: 'string' },
  'scope-claim': { type: 'string' },
  type: { type: 'string' },
  scope: { type: 'string' },
  includes: { type: 'string' },
  'clock-tolerance': { type: 'string' },
  'max-token-length': { type: 'string' },
  jwks: { type: 'string' },
  'secret-file': { type: 'string' },
  at: { type: 'string' },
  fetch: { type: 'boolean' },
  json: { type: 'boolean' },
} as const

const kinds: ReadonlyMap<string, 'string' | 'boolean'> = new Map(
  Object.entries(options).map(([name, { type }]) => [name, type]),
)

/** @throws UsageError without anything that could be the token */
export function readExplainFlags(args: readonly string[]): ExplainFlags {
  const { positionals, flags } = readFlags(args)
  demand(positionals.length < 2, 'Give one token. Flags begin with two dashes.')
  const [token] = positionals
  const issuer = flags.get('issuer')
  const [jwksFile, secretFile, mayFetch] = [flags.get('jwks'), flags.get('secret-file'), flags.has('fetch')]
  const sources = [jwksFile !== undefined, secretFile !== undefined, mayFetch]
  demand(sources.filter(Boolean).length < 2, 'Give only one source of keys: --jwks, --secret-file or --fetch.')
  demand(
    !mayFetch || issuer !== undefined,
    'Give --issuer too: --fetch sends no request to a server that only the token names.',
  )
  const type = flags.get('type') ?? (secretFile === undefined ? 'at+jwt' : 'JWT')
  demand(
    type === 'at+jwt' || type === 'JWT',
    'Give --type as at+jwt, or as JWT for issuers that do not follow RFC 9068.',
  )
  const scopes = parseScope(flags.get('scope') ?? '')
  demand(scopes !== undefined, 'Give --scope as scopes with spaces between them: --scope "read write".')
  return {
    token: token === '-' ? undefined : token,
    issuer,
    audience: flags.get('audience'),
    scopeClaim: flags.get('scope-claim'),
    type,
    scopes,
    scopeHierarchy: readIncludes(flags.get('includes') ?? ''),
    clockTolerance: readNumber(flags.get('clock-tolerance'), 0, 60, 'Give --clock-tolerance as 0 to 60 seconds.'),
    maxTokenLength: readNumber(
      flags.get('max-token-length'),
      1,
      Number.MAX_SAFE_INTEGER,
      'Give --max-token-length as a number of characters.',
    ),
    jwksFile,
    secretFile,
    mayFetch,
    at: readTime(flags.get('at')),
    isJson: flags.has('json'),
  }
}

interface GivenFlags {
  readonly positionals: readonly string[]
  readonly flags: ReadonlyMap<string, string>
}

function readFlags(args: readonly string[]): GivenFlags {
  // Not strict: the messages of parseArgs repeat the input, which may be the token. Errors are found here instead.
  const { positionals, tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true })
  const flags = new Map<string, string>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const { name, value, inlineValue } = token
    const kind = kinds.get(name)
    demand(kind !== undefined, unknownFlag(name))
    demand(!flags.has(name), `Give --${name} once.`)
    if (kind === 'boolean') demand(value === undefined, `--${name} takes no value.`)
    else demand(Boolean(value) && (inlineValue || !value?.startsWith('--')), `Give --${name} a value.`)
    flags.set(name, value ?? '')
  }
  return { positionals, flags }
}

function unknownFlag(name: string): string {
  // A token that was typed after dashes is not repeated.
  const written = name.length > 20 ? 'such flag' : `flag ${describeValue(`--${name}`)}`
  const flags = [...kinds.keys()].map((flag) => `--${flag}`)
  return `There is no ${written}${didYouMean(`--${name.slice(0, 20)}`, flags) || '.'}`
}

/** Pairs of a scope and an included scope, with spaces between pairs. */
function readIncludes(text: string): ScopeHierarchy {
  const hierarchy = new Map<string, string[]>()
  for (const pair of parseScope(text) ?? ['']) {
    const [scope = '', ...rest] = pair.split('=')
    const included = rest.join('=')
    demand(
      scope !== '' && included !== '',
      'Give --includes as pairs with spaces between them: --includes "items=items:read".',
    )
    hierarchy.set(scope, [...(hierarchy.get(scope) ?? []), included])
  }
  return Object.fromEntries(hierarchy)
}

function readNumber(text: string | undefined, min: number, max: number, message: string): number | undefined {
  if (text === undefined) return undefined
  const number = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN
  demand(number >= min && number <= max, message)
  return number
}

function readTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const time = /^[0-9]{1,15}$/.test(text) ? Number(text) : Date.parse(text) / 1000
  demand(Number.isFinite(time), 'Give --at as seconds since the epoch or as 2026-01-31T12:00:00Z.')
  return time
}

function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new UsageError(message)
}
