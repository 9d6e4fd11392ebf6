/** Completes and checks the options, once at start. */
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { readDeclaredClients } from '../clients/declared-clients.ts'
import { withDemoClient } from '../demo/client.ts'
import { asymmetricAlgorithms } from '../domain/algorithm.ts'
import { claimsOfScopeWith, releasedClaims } from '../domain/claims.ts'
import type { ClaimsHook } from '../domain/claims-hook.ts'
import type { EventListener } from '../domain/event.ts'
import { loginNames } from '../domain/login-name.ts'
import { isPlainObject } from '../domain/plain-object.ts'
import { tutorialScopes } from '../domain/scope.ts'
import { parseRange } from '../network/ip-address.ts'
import type { DirectoryDeclaration } from '../users/directories/directory.ts'
import { attributeNames, attributesProblem, attributesSchema } from './attributes.ts'
import { brandNames, brandSchema, translated } from './brand.ts'
import { databaseOptions, databaseProblems, poolSettings } from './database-options.ts'
import { didYouMean } from './did-you-mean.ts'
import { issueOf } from './issue-of.ts'
import { directoriesProblem, isDirectory, resourcesProblem, scopesProblem, secretKeyProblem } from './option-checks.ts'
import { audienceProblems, issuerProblems, lifetimeProblems, undefinedProblems } from './option-problems.ts'
import type { Config, Options } from './options.ts'
import { type OptionProblem, OptionsError } from './options-error.ts'

const day = 24 * 3600

const positive = (unit: string) => z.int(`must be a whole number of ${unit}`).min(1, `must be at least 1 (${unit})`)

const isFunction = (value: unknown) => typeof value === 'function'

const settingsOfDatabase = 'must be a list with fsync, full_page_writes or synchronous_commit'

const namesForLogin = 'must be a list with username, email or both'

const schema = z.strictObject({
  secretKey: z.string({
    error: 'is missing: set it to at least 32 random bytes, for example from: openssl rand -hex 32',
  }),
  algorithm: z.enum(['HS256', 'ES256', 'RS256', 'EdDSA'], 'must be one of HS256, ES256, RS256, EdDSA').default('ES256'),
  idTokenAlgorithm: z.enum(asymmetricAlgorithms, 'must be one of ES256, RS256, EdDSA').optional(),
  accessTokenExpireMinutes: positive('minutes').max(527_040, 'must be at most 527040, which is a year').default(30),
  issuer: z.string().default('http://127.0.0.1:8000'),
  ...databaseOptions,
  passwordGrant: z.enum(['off', 'first-party'], 'must be off or first-party').default('off'),
  loginWith: z
    .array(z.enum(loginNames, namesForLogin), namesForLogin)
    .min(1, namesForLogin)
    .refine((names) => new Set(names).size === names.length, namesForLogin)
    .readonly()
    .optional(),
  clients: z
    .array(z.looseObject({}, 'must be objects of client metadata'), 'must be a list of clients')
    .readonly()
    .default([]),
  scopes: z
    .record(
      z.string(),
      translated(z.string('must have a sentence for each scope')),
      'must be an object of scopes and their sentences',
    )
    .superRefine(issueOf(scopesProblem))
    .exactOptional(),
  attributes: attributesSchema.exactOptional(),
  strictScopes: z.boolean('must be true or false').default(false),
  strictPkce: z.boolean('must be true or false').default(false),
  resources: z
    .array(z.string('must be URIs'), 'must be a list of URIs')
    .readonly()
    .superRefine(issueOf(resourcesProblem))
    .default([]),
  clientSecretGrace: z.int('must be a whole number of seconds').min(0, 'must not be negative').default(day),
  refreshTokenIdleLifetime: positive('seconds').default(14 * day),
  refreshTokenLifetime: positive('seconds').default(90 * day),
  refreshTokenGrace: z
    .int('must be a whole number of seconds')
    .min(0, 'must not be negative')
    .max(300, 'must be at most 300 seconds: a stolen token works in this time too')
    .default(30),
  sessionIdleLifetime: positive('seconds').default(day / 2),
  sessionLifetime: positive('seconds').default(14 * day),
  keyRotationInterval: z
    .int('must be a whole number of seconds')
    .min(3600, 'must be at least 3600, which is an hour')
    .default(90 * day),
  claims: z.custom<ClaimsHook>(isFunction, 'must be a function').optional(),
  onEvent: z.custom<EventListener>(isFunction, 'must be a function').optional(),
  directories: z
    .array(
      z.custom<DirectoryDeclaration>(isDirectory, 'must be made by mongoDirectory() or one of the others'),
      'must be a list of directories',
    )
    .superRefine(issueOf(directoriesProblem))
    .readonly()
    .default([]),
  metricsPath: z
    .string()
    .regex(/^(?:\/[\w-]+)+$/, 'must be a path such as /metrics')
    .optional(),
  openTelemetry: z.boolean('must be true or false').default(false),
  brand: brandSchema.prefault({}),
  trustedProxies: z
    .array(
      z
        .string()
        .refine((text) => parseRange(text) !== undefined, 'must be IP addresses or CIDR ranges, such as 10.0.0.0/8'),
    )
    .readonly()
    .default([]),
  keepAliveTimeout: positive('seconds').max(3600, 'must be at most 3600, which is an hour').default(65),
  shutdownDelay: z
    .int('must be a whole number of seconds')
    .min(0, 'must not be negative')
    .max(300, 'must be at most 300, which is five minutes')
    .default(0),
  allowPrivateLogoutAddresses: z.boolean().default(false),
  accountFailureLimit: positive('login attempts')
    .max(100, 'must be at most 100 (NIST SP 800-63B-4 §3.2.2)')
    .default(10),
  addressFailureLimit: positive('login attempts').default(300),
  failureWindow: positive('seconds').default(900),
  passwordWorkers: positive('workers').default(availableParallelism),
  passwordQueueLimit: positive('password checks').optional(),
  demo: z.boolean().default(false),
  unsafeWeakSecretKey: z.boolean().default(false),
  unsafeHttpHosts: z
    .array(z.string().regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/, 'must be host names in lower case, such as keycloak'))
    .readonly()
    .default([]),
  unsafeDatabaseSettings: z
    .array(z.enum(['fsync', 'full_page_writes', 'synchronous_commit'], settingsOfDatabase), settingsOfDatabase)
    .readonly()
    .default([]),
})

/** Completes and checks the options. @throws OptionsError */
export function resolveOptions(options: Options): Config {
  if (!isPlainObject(options)) {
    throw new OptionsError([{ option: 'options', message: 'must be an object, such as { secretKey: ... }' }])
  }
  const missing = undefinedProblems(options)
  if (missing.length > 0) throw new OptionsError(missing)
  const parsed = schema.safeParse(options)
  const { secretKey, unsafeWeakSecretKey } = options
  const weakness = typeof secretKey === 'string' && !unsafeWeakSecretKey ? secretKeyProblem(secretKey) : undefined
  const problems = [
    ...(weakness ? [{ option: 'secretKey', message: weakness }] : []),
    ...(parsed.success
      ? [...lifetimeProblems(parsed.data), ...audienceProblems(parsed.data), ...databaseProblems(parsed.data)]
      : parsed.error.issues.flatMap(toProblem)),
    ...issuerProblems(options),
  ]
  if (!parsed.success || problems.length > 0) throw new OptionsError(problems)
  const {
    accessTokenExpireMinutes,
    idTokenAlgorithm,
    loginWith,
    passwordQueueLimit,
    claims,
    onEvent,
    metricsPath,
    ...rest
  } = parsed.data
  const { clients, scopes, clientSecretGrace, attributes, claimsOfScope } = resolveClients(
    rest.demo ? { ...options, clients: withDemoClient(options.clients ?? [], rest.issuer) } : options,
  )
  return Object.freeze({
    ...rest,
    clients,
    scopes,
    attributes,
    claimsOfScope,
    clientSecretGrace,
    idTokenAlgorithm,
    loginWith,
    accessTokenLifetime: accessTokenExpireMinutes * 60,
    basePath: new URL(rest.issuer).pathname.replace(/\/$/, ''),
    passwordQueueLimit: passwordQueueLimit ?? 32 * rest.passwordWorkers,
    databaseReserve: poolSettings(rest).reserve,
    defaultScopes: Object.keys(scopes),
    claims,
    onEvent,
    metricsPath,
  })
}

type ClientOption = 'clients' | 'scopes' | 'attributes' | 'clientSecretGrace' | 'idTokenAlgorithm' | 'unsafeHttpHosts'

/** What operations on clients need of the options. */
export type ClientConfig = Pick<Config, ClientOption | 'claimsOfScope'>

/** Resolves only the options about clients. @throws OptionsError */
export function resolveClients(options: Pick<Partial<Options>, ClientOption | 'demo'>): ClientConfig {
  const scopes = options.scopes ?? (options.demo ? { ...tutorialScopes } : {})
  const { clients: declarations, attributes = {}, clientSecretGrace, idTokenAlgorithm, unsafeHttpHosts } = options
  const parsed = schema
    .pick({
      clients: true,
      scopes: true,
      attributes: true,
      clientSecretGrace: true,
      idTokenAlgorithm: true,
      unsafeHttpHosts: true,
    })
    .safeParse({ clients: declarations, scopes, attributes, clientSecretGrace, idTokenAlgorithm, unsafeHttpHosts })
  if (!parsed.success) throw new OptionsError(parsed.error.issues.flatMap(toProblem))
  const { clients: read, idTokenAlgorithm: named, ...rest } = parsed.data
  const problem = attributesProblem(attributes, scopes)
  if (problem !== undefined) throw new OptionsError([{ option: 'attributes', message: problem }])
  const claimsOfScope = claimsOfScopeWith(attributes)
  const { clients, problems } = readDeclaredClients(read, scopes, {
    httpHosts: rest.unsafeHttpHosts,
    claims: releasedClaims(claimsOfScope),
  })
  if (problems.length > 0) throw new OptionsError(problems.map(({ field, message }) => ({ option: field, message })))
  return { ...rest, clients, scopes, attributes, claimsOfScope, idTokenAlgorithm: named }
}

/** Resolves only the directories, and checks by which names users are found. @throws OptionsError */
export function resolveDirectories({ directories, loginWith }: Partial<Options>): Config['directories'] {
  const parsed = schema.pick({ directories: true, loginWith: true }).safeParse({ directories, loginWith })
  if (parsed.success) return parsed.data.directories
  throw new OptionsError(parsed.error.issues.flatMap(toProblem))
}

/** The names of all options. */
export const optionNames: readonly string[] = Object.keys(schema.shape)

function toProblem(issue: z.core.$ZodIssue): OptionProblem[] {
  const place = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    const names = namesAt(place)
    return issue.keys.map((key) => ({
      option: place === '' ? key : `${place}.${key}`,
      message: `is not an option${didYouMean(key, names)}`,
    }))
  }
  // A message names the members of `brand`, but not those of lists and records.
  const option = issue.path[0] === 'brand' ? place : String(issue.path[0] ?? 'options')
  return [{ option, message: issue.message }]
}

/** The names of the members that an option can have, or of the options at the place `''`. */
function namesAt(place: string): readonly string[] {
  if (place === '') return optionNames
  return place.startsWith('attributes.') ? attributeNames : brandNames(place)
}
