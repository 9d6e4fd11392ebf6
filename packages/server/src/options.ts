/** What can be set, checked once at start. */
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { type Scopes, tutorialScopes } from './domain/scope.ts'

export interface Options {
  /** Signs tokens under HS256 and seals the private keys of the other algorithms. At least 32 bytes. */
  secretKey: string
  /** What signs access tokens. @default 'ES256' */
  algorithm?: 'HS256' | 'ES256' | 'RS256' | 'EdDSA'
  /** Minutes that an access token lives. @default 30 */
  accessTokenExpireMinutes?: number
  /** The `iss` of tokens: an https URL, or http on a loopback host. @default 'http://127.0.0.1:8000' */
  issuer?: string
  /** `sqlite:` and a path, or `postgres://user:password@host/database`. @default 'sqlite:./data/countersign.db' */
  databaseUrl?: string
  /** Whether requests without a client may use the password grant (RFC 9700 §2.4 says they should not). @default 'off' */
  passwordGrant?: 'off' | 'first-party'
  /** IP addresses or CIDR ranges of proxies whose X-Forwarded-For is believed. @default [] */
  trustedProxies?: readonly string[]
  /** Wrong passwords that one account may cost in a window. @default 10 */
  accountFailureLimit?: number
  /** Wrong passwords that one address (IPv6: /64) may cost in a window. @default 300 */
  addressFailureLimit?: number
  /** Seconds that a window of wrong passwords lasts. @default 900 */
  failureWindow?: number
  /** Password hashes that run at once. @default the number of cores */
  passwordWorkers?: number
  /** Password checks that wait, before logins are answered 503. @default 32 per worker */
  passwordQueueLimit?: number
  /** Serves the tutorial's users and items, and the live trace. For development. @default false */
  demo?: boolean
  /** Accepts a short or well-known secretKey. For development. @default false */
  unsafeWeakSecretKey?: boolean
}

/** The options, complete and checked. */
export interface Config {
  readonly secretKey: string
  readonly algorithm: 'HS256' | 'ES256' | 'RS256' | 'EdDSA'
  /** Seconds. */
  readonly accessTokenLifetime: number
  readonly issuer: string
  readonly databaseUrl: string
  readonly passwordGrant: 'off' | 'first-party'
  readonly trustedProxies: readonly string[]
  readonly accountFailureLimit: number
  readonly addressFailureLimit: number
  /** Seconds. */
  readonly failureWindow: number
  readonly passwordWorkers: number
  readonly passwordQueueLimit: number
  readonly scopes: Scopes
  readonly defaultScopes: readonly string[]
  readonly demo: boolean
  readonly unsafeWeakSecretKey: boolean
}

/** One thing that is wrong with an option, and how to mend it. */
export interface OptionProblem {
  readonly option: string
  readonly message: string
}

/** @property problems all that is wrong, not just the first */
export class OptionsError extends Error {
  readonly problems: readonly OptionProblem[]

  constructor(problems: readonly OptionProblem[]) {
    super(problems.map(({ option, message }) => `${option} ${message}`).join('\n'))
    this.name = 'OptionsError'
    this.problems = problems
  }
}

/** Secrets that stand in tutorials, which everyone knows. */
const wellKnownSecrets = [
  'supersecretkey',
  '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7',
  '83daa0256a2289b0fb23693bf1f6034d44396675749244721a2b20e896e11662',
  'your-256-bit-secret',
  'a-string-secret-at-least-256-bits-long',
]

const minSecretBytes = 32

const positive = (unit: string) => z.int(`must be a whole number of ${unit}`).min(1, `must be at least 1 (${unit})`)

const schema = z.strictObject({
  secretKey: z.string({
    error: 'is missing: set it to at least 32 random bytes, for example from: openssl rand -hex 32',
  }),
  algorithm: z.enum(['HS256', 'ES256', 'RS256', 'EdDSA'], 'must be one of HS256, ES256, RS256, EdDSA').default('ES256'),
  accessTokenExpireMinutes: positive('minutes').max(527_040, 'must be at most 527040, which is a year').default(30),
  issuer: z.string().default('http://127.0.0.1:8000').superRefine(checkIssuer),
  databaseUrl: z
    .string()
    .superRefine((url, context) => {
      const problem = databaseUrlProblem(url)
      if (problem) context.addIssue(problem)
    })
    .default('sqlite:./data/countersign.db'),
  passwordGrant: z.enum(['off', 'first-party'], 'must be off or first-party').default('off'),
  trustedProxies: z
    .array(z.string().refine(isAddressRange, 'must be IP addresses or CIDR ranges, such as 10.0.0.0/8'))
    .readonly()
    .default([]),
  accountFailureLimit: positive('guesses').max(100, 'must be at most 100 (NIST SP 800-63B-4 §3.2.2)').default(10),
  addressFailureLimit: positive('guesses').default(300),
  failureWindow: positive('seconds').default(900),
  passwordWorkers: positive('workers').default(availableParallelism),
  passwordQueueLimit: positive('logins').optional(),
  demo: z.boolean().default(false),
  unsafeWeakSecretKey: z.boolean().default(false),
})

/** Completes and checks the options. @throws OptionsError */
export function resolveOptions(options: Options): Config {
  const parsed = schema.safeParse(options)
  const weakness = secretKeyProblem(options)
  const problems = [
    ...(weakness ? [{ option: 'secretKey', message: weakness }] : []),
    ...(parsed.success ? [] : parsed.error.issues.flatMap(toProblem)),
  ]
  if (!parsed.success || problems.length > 0) throw new OptionsError(problems)
  const { accessTokenExpireMinutes, passwordQueueLimit, ...rest } = parsed.data
  return Object.freeze({
    ...rest,
    accessTokenLifetime: accessTokenExpireMinutes * 60,
    passwordQueueLimit: passwordQueueLimit ?? 32 * rest.passwordWorkers,
    scopes: tutorialScopes,
    defaultScopes: Object.keys(tutorialScopes),
  })
}

function secretKeyProblem({ secretKey, unsafeWeakSecretKey }: Options): string | undefined {
  if (unsafeWeakSecretKey || typeof secretKey !== 'string') return undefined
  if (wellKnownSecrets.includes(secretKey.trim().toLowerCase())) {
    return 'is a published example that everyone knows: make your own, for example with: openssl rand -hex 32'
  }
  if (Buffer.byteLength(secretKey) < minSecretBytes) {
    return `is shorter than ${minSecretBytes} bytes: make a longer one, for example with: openssl rand -hex 32`
  }
  if (new Set(secretKey).size < 8) {
    return 'repeats a few characters and can be guessed: make a random one, for example with: openssl rand -hex 32'
  }
  return undefined
}

function toProblem(issue: z.core.$ZodIssue): OptionProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ option: key, message: `is not an option${didYouMean(key)}` }))
  }
  return [{ option: String(issue.path[0] ?? 'options'), message: issue.message }]
}

function didYouMean(key: string): string {
  const near = Object.keys(schema.shape).find((name) => isAlike(name.toLowerCase(), key.toLowerCase()))
  return near ? `: did you mean ${near}?` : ''
}

/** Whether one is the beginning of the other, or they differ in one character left out, put in or changed. */
function isAlike(name: string, key: string): boolean {
  if (name.startsWith(key) || key.startsWith(name)) return true
  let same = 0
  while (same < name.length && name[same] === key[same]) same++
  const [rest, other] = [name.slice(same), key.slice(same)]
  return rest.slice(1) === other || rest === other.slice(1) || rest.slice(1) === other.slice(1)
}

/** Why `url` names no database, as what follows the option's name; `undefined` when it does. */
export function databaseUrlProblem(url: string): string | undefined {
  if (/^(sqlite:.|postgres(ql)?:\/\/.)/.test(url)) return undefined
  return 'must be sqlite: and a path, or postgres://user:password@host/database'
}

function checkIssuer(issuer: string, context: z.RefinementCtx): void {
  const problem = issuerProblem(issuer)
  if (problem) context.addIssue(problem)
}

function issuerProblem(issuer: string): string | undefined {
  if (!URL.canParse(issuer)) return 'must be a URL, such as https://login.example.com'
  const url = new URL(issuer)
  // RFC 8414 §2: the issuer is a URL that uses the https scheme and has no query or fragment components.
  if (url.search || url.hash || issuer.endsWith('?') || issuer.endsWith('#'))
    return 'must not have a query or a fragment'
  if (url.username || url.password) return 'must not hold credentials'
  if (url.protocol === 'https:') return undefined
  if (url.protocol === 'http:' && isLoopback(url.hostname)) return undefined
  return 'must begin with https:// (http is for loopback hosts only)'
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}

function isAddressRange(text: string): boolean {
  const [address, prefix, ...rest] = text.split('/')
  if (rest.length > 0 || !address) return false
  const v4 = z.ipv4().safeParse(address).success
  if (!v4 && !z.ipv6().safeParse(address).success) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (v4 ? 32 : 128))
}
