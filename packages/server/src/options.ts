/** What can be set, checked once at start. */
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { withDemoClient } from './demo/client.ts'
import { didYouMean } from './did-you-mean.ts'
import type { DeclaredClient } from './domain/client.ts'
import type { ClientDeclaration } from './domain/client-metadata.ts'
import { type Scopes, tutorialScopes } from './domain/scope.ts'
import { readDeclaredClients } from './oauth/declared-clients.ts'
import {
  databaseUrlProblem,
  isAddressRange,
  issuerProblem,
  logoProblem,
  scopesProblem,
  secretKeyProblem,
} from './option-checks.ts'

const day = 24 * 3600

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
  /**
   * `first-party` serves the password grant, to callers without a client and to clients registered for it (RFC 9700 §2.4
   * says that it must not be used). `off`: there is no such grant. @default 'off'
   */
  passwordGrant?: 'off' | 'first-party'
  /** Clients declared here, beside those that `countersign clients` keeps in the database. @default [] */
  clients?: readonly ClientDeclaration[]
  /** The deployment's own scopes, each with the sentence that the consent page shows. @default the tutorial's `me` and `items` */
  scopes?: Scopes
  /** Seconds that a client's former secret lives on when it is replaced. @default 86400, a day */
  clientSecretGrace?: number
  /** Seconds that a refresh token may lie unused. @default 1209600, 14 days */
  refreshTokenIdleLifetime?: number
  /** Seconds after the login when the last refresh token ends. @default 7776000, 90 days */
  refreshTokenLifetime?: number
  /** Seconds in which a refresh token may be used again, for clients that lost the answer; 0 to 300. @default 30 */
  refreshTokenGrace?: number
  /** Seconds that a login session may lie unused. @default 43200, 12 hours */
  sessionIdleLifetime?: number
  /** Seconds after the login when the session ends. @default 1209600, 14 days */
  sessionLifetime?: number
  /** Seconds that a key signs, before the next one does; at least an hour. @default 7776000, 90 days */
  keyRotationInterval?: number
  /** What the pages look like. @default { name: 'Countersign' } */
  brand?: BrandOptions
  /** IP addresses or CIDR ranges of proxies whose X-Forwarded-For is believed. @default [] */
  trustedProxies?: readonly string[]
  /** Sends logout tokens to clients at private and loopback addresses too: for those inside of your own network. @default false */
  allowPrivateLogoutAddresses?: boolean
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
  /** Serves the tutorial's users and items, an app to log in to, and the live trace. For development. @default false */
  demo?: boolean
  /** Accepts a short or well-known secretKey. For development. @default false */
  unsafeWeakSecretKey?: boolean
}

export interface BrandOptions {
  /** Stands at the head of every page. @default 'Countersign' */
  name?: string
  /** An https URL, or a path of this server such as /logo.svg. */
  logoUri?: string
  /** `#rgb` or `#rrggbb`. */
  colors?: {
    /** Buttons and links. */
    accent?: string
    /** The same in the dark. @default accent */
    accentDark?: string
  }
}

/** The options, complete and checked. */
export interface Config {
  readonly secretKey: string
  readonly algorithm: 'HS256' | 'ES256' | 'RS256' | 'EdDSA'
  /** Seconds. */
  readonly accessTokenLifetime: number
  readonly issuer: string
  /** The path of the issuer, `''` or `/tenant`: what links and forms begin with. */
  readonly basePath: string
  readonly databaseUrl: string
  readonly passwordGrant: 'off' | 'first-party'
  readonly clients: ReadonlyMap<string, DeclaredClient>
  /** Seconds, like all that follow to `keyRotationInterval`. */
  readonly clientSecretGrace: number
  readonly refreshTokenIdleLifetime: number
  readonly refreshTokenLifetime: number
  readonly refreshTokenGrace: number
  readonly sessionIdleLifetime: number
  readonly sessionLifetime: number
  readonly keyRotationInterval: number
  readonly brand: Brand
  readonly trustedProxies: readonly string[]
  readonly allowPrivateLogoutAddresses: boolean
  readonly accountFailureLimit: number
  readonly addressFailureLimit: number
  /** Seconds. */
  readonly failureWindow: number
  readonly passwordWorkers: number
  readonly passwordQueueLimit: number
  /** The deployment's own, without those of OpenID Connect. */
  readonly scopes: Scopes
  /** What the password grant gives when no scope is asked for. */
  readonly defaultScopes: readonly string[]
  readonly demo: boolean
  readonly unsafeWeakSecretKey: boolean
}

export interface Brand {
  readonly name: string
  readonly logoUri: string | undefined
  readonly accent: string | undefined
  readonly accentDark: string | undefined
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

const positive = (unit: string) => z.int(`must be a whole number of ${unit}`).min(1, `must be at least 1 (${unit})`)

const color = z
  .string('must be a colour')
  .regex(/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i, 'must be a colour as #rgb or #rrggbb')
  .exactOptional()

const brandColors = { accent: color, accentDark: color }

const brandSchema = z.strictObject({
  name: z
    .string('must be text')
    .trim()
    .min(1, 'must not be empty')
    .max(60, 'must have at most 60 characters')
    .default('Countersign'),
  logoUri: z.string('must be a URL').superRefine(problemOf(logoProblem)).exactOptional(),
  colors: z.strictObject(brandColors).exactOptional(),
})

const schema = z.strictObject({
  secretKey: z.string({
    error: 'is missing: set it to at least 32 random bytes, for example from: openssl rand -hex 32',
  }),
  algorithm: z.enum(['HS256', 'ES256', 'RS256', 'EdDSA'], 'must be one of HS256, ES256, RS256, EdDSA').default('ES256'),
  accessTokenExpireMinutes: positive('minutes').max(527_040, 'must be at most 527040, which is a year').default(30),
  issuer: z.string().default('http://127.0.0.1:8000').superRefine(problemOf(issuerProblem)),
  databaseUrl: z.string().superRefine(problemOf(databaseUrlProblem)).default('sqlite:./data/countersign.db'),
  passwordGrant: z.enum(['off', 'first-party'], 'must be off or first-party').default('off'),
  clients: z
    .array(z.looseObject({}, 'must be objects of client metadata'), 'must be a list of clients')
    .readonly()
    .default([]),
  scopes: z
    .record(z.string(), z.string('must have a sentence each'), 'must be an object of scopes with their sentences')
    .superRefine((scopes, context) => {
      const problem = scopesProblem(scopes)
      if (problem !== undefined) context.addIssue(problem)
    })
    .default({ ...tutorialScopes }),
  clientSecretGrace: z.int('must be a whole number of seconds').min(0, 'must not be negative').default(day),
  refreshTokenIdleLifetime: positive('seconds').default(14 * day),
  refreshTokenLifetime: positive('seconds').default(90 * day),
  refreshTokenGrace: z
    .int('must be a whole number of seconds')
    .min(0, 'must not be negative')
    .max(300, 'must be at most 300 seconds: it is a time in which a stolen token works too')
    .default(30),
  sessionIdleLifetime: positive('seconds').default(day / 2),
  sessionLifetime: positive('seconds').default(14 * day),
  keyRotationInterval: z
    .int('must be a whole number of seconds')
    .min(3600, 'must be at least 3600, which is an hour')
    .default(90 * day),
  brand: brandSchema.default({ name: 'Countersign' }),
  trustedProxies: z
    .array(z.string().refine(isAddressRange, 'must be IP addresses or CIDR ranges, such as 10.0.0.0/8'))
    .readonly()
    .default([]),
  allowPrivateLogoutAddresses: z.boolean().default(false),
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
  const isSecretChecked = typeof options.secretKey === 'string' && !options.unsafeWeakSecretKey
  const weakness = isSecretChecked ? secretKeyProblem(options.secretKey) : undefined
  const problems = [
    ...(weakness ? [{ option: 'secretKey', message: weakness }] : []),
    ...(parsed.success ? lifetimeProblems(parsed.data) : parsed.error.issues.flatMap(toProblem)),
  ]
  if (!parsed.success || problems.length > 0) throw new OptionsError(problems)
  const { accessTokenExpireMinutes, passwordQueueLimit, brand, ...rest } = parsed.data
  return Object.freeze({
    ...rest,
    accessTokenLifetime: accessTokenExpireMinutes * 60,
    basePath: new URL(rest.issuer).pathname.replace(/\/$/, ''),
    passwordQueueLimit: passwordQueueLimit ?? 32 * rest.passwordWorkers,
    ...resolveClients(
      rest.demo ? { ...options, clients: withDemoClient(options.clients ?? [], rest.issuer) } : options,
    ),
    defaultScopes: Object.keys(rest.scopes),
    brand: {
      name: brand.name,
      logoUri: brand.logoUri,
      accent: brand.colors?.accent,
      accentDark: brand.colors?.accentDark ?? brand.colors?.accent,
    },
  })
}

/** The part of the options that is about clients. @throws OptionsError */
export function resolveClients(
  options: Pick<Partial<Options>, 'clients' | 'scopes' | 'clientSecretGrace'>,
): Pick<Config, 'clients' | 'scopes' | 'clientSecretGrace'> {
  const { clients: declarations, scopes, clientSecretGrace } = options
  const parsed = schema
    .pick({ clients: true, scopes: true, clientSecretGrace: true })
    .safeParse({ clients: declarations, scopes, clientSecretGrace })
  if (!parsed.success) throw new OptionsError(parsed.error.issues.flatMap(toProblem))
  const { clients, problems } = readDeclaredClients(parsed.data.clients, parsed.data.scopes)
  if (problems.length > 0) throw new OptionsError(problems.map(({ field, message }) => ({ option: field, message })))
  return { ...parsed.data, clients }
}

/** The names of all options. */
export const optionNames: readonly string[] = Object.keys(schema.shape)

function lifetimeProblems(options: z.output<typeof schema>): OptionProblem[] {
  return (['refreshToken', 'session'] as const).flatMap((what) =>
    options[`${what}IdleLifetime`] > options[`${what}Lifetime`]
      ? [{ option: `${what}IdleLifetime`, message: `must not exceed ${what}Lifetime` }]
      : [],
  )
}

function toProblem(issue: z.core.$ZodIssue): OptionProblem[] {
  const place = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    const names = place === '' ? optionNames : Object.keys(place === 'brand' ? brandSchema.shape : brandColors)
    return issue.keys.map((key) => ({
      option: place === '' ? key : `${place}.${key}`,
      message: `is not an option${didYouMean(key, names)}`,
    }))
  }
  // The members of `brand` are named, those of lists and records are not.
  const option = issue.path[0] === 'brand' ? place : String(issue.path[0] ?? 'options')
  return [{ option, message: issue.message }]
}

function problemOf(check: (text: string) => string | undefined): (text: string, context: z.RefinementCtx) => void {
  return (text, context) => {
    const problem = check(text)
    if (problem !== undefined) context.addIssue(problem)
  }
}
