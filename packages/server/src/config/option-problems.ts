/** Problems of options that the check of each one alone does not see. */
import { issuerProblem } from './option-checks.ts'
import type { Config, Options } from './options.ts'
import type { OptionProblem } from './options-error.ts'

/** The variables that these options usually come from, and what to set them to. */
const usualVariables: Readonly<Record<string, string>> = {
  secretKey: 'SECRET_KEY, to at least 32 random bytes',
  issuer: 'ISSUER, to the URL at which clients reach this server',
  databaseUrl: 'DATABASE_URL, to a URL such as sqlite:./data/countersign.db',
}

/** `issuer: process.env.ISSUER` without that variable must not mean the default. */
export function undefinedProblems(options: Options): OptionProblem[] {
  return Object.entries(options)
    .filter(([, value]) => value === undefined)
    .map(([option]) => {
      const variable = usualVariables[option]
      const remedy = variable
        ? `set the variable that it comes from, such as ${variable}`
        : 'give it a value or leave it out'
      return { option, message: `is undefined: ${remedy}` }
    })
}

type Lifetimes = Pick<
  Config,
  'refreshTokenIdleLifetime' | 'refreshTokenLifetime' | 'sessionIdleLifetime' | 'sessionLifetime'
>

export function lifetimeProblems(options: Lifetimes): OptionProblem[] {
  return (['refreshToken', 'session'] as const).flatMap((what) =>
    options[`${what}IdleLifetime`] > options[`${what}Lifetime`]
      ? [{ option: `${what}IdleLifetime`, message: `must not exceed ${what}Lifetime` }]
      : [],
  )
}

/** The tutorial's tokens have no audience, so a resource server could not reject those for another one. */
export function audienceProblems({ algorithm, resources }: Pick<Config, 'algorithm' | 'resources'>): OptionProblem[] {
  if (algorithm !== 'HS256' || resources.length === 0) return []
  return [
    {
      option: 'resources',
      message: 'cannot be set under HS256, whose tokens have no aud: remove it, or choose ES256',
    },
  ]
}

/** Before the types are checked, so that all problems are reported at once. */
export function issuerProblems({ issuer, unsafeHttpHosts: httpHosts }: Options): OptionProblem[] {
  if (typeof issuer !== 'string') return []
  const message = issuerProblem(issuer, Array.isArray(httpHosts) ? httpHosts : [])
  return message === undefined ? [] : [{ option: 'issuer', message }]
}
