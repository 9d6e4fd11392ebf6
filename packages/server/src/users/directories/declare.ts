/** Checks the options of directories where they are declared, so that a mistake is found at the start. */
import { didYouMean } from '../../config/did-you-mean.ts'
import { OptionsError } from '../../config/options-error.ts'
import { ownMembership } from '../../domain/group.ts'
import type { DirectoryDeclaration, DirectoryOptions } from './directory.ts'

/** What the kinds of directories have in common. */
const shared = ['name', 'maxAge', 'timeout', 'migrate'] as const

/** Collects what is wrong with the options of one directory. */
export interface Checks {
  /** Notes a problem of an option unless `isMet`. */
  readonly require: (isMet: boolean, option: string, message: string) => void
}

/**
 * The declaration of a directory. `check` checks the options of its kind.
 * @param names the options of its kind, besides those that all kinds share
 * @throws OptionsError with all problems, named as `directories.NAME.OPTION`
 */
export function declareDirectory<Options extends DirectoryOptions>(
  kind: DirectoryDeclaration['kind'],
  options: Options,
  names: readonly string[],
  check: (checks: Checks) => void,
): Omit<DirectoryDeclaration, 'writable' | 'open'> {
  const problems: { option: string; message: string }[] = []
  const isObject = typeof options === 'object' && options !== null
  const { name = kind, maxAge = 60, timeout = 3, migrate = 'never' } = isObject ? options : ({} as Options)
  const checks: Checks = {
    require: (isMet, option, message) => {
      if (!isMet) problems.push({ option: `directories.${String(name)}.${option}`, message })
    },
  }
  if (!isObject) throw new OptionsError([{ option: `directories.${kind}`, message: 'must be an object of options' }])
  const known = [...shared, ...names]
  for (const [option, value] of Object.entries(options)) {
    checks.require(known.includes(option), option, `is not an option${didYouMean(option, known)}`)
    checks.require(value !== undefined, option, 'is undefined: give it a value or leave it out')
  }
  const isName = typeof name === 'string' && /^[a-z0-9][a-z0-9-]{0,62}$/.test(name)
  // The name is the source of the memberships that the directory gives.
  checks.require(
    isName && name !== ownMembership,
    'name',
    `must be up to 63 lower-case letters, digits and -, and not ${ownMembership}`,
  )
  checks.require(isSeconds(maxAge) && maxAge <= 86_400, 'maxAge', 'must be 0 to 86400 seconds')
  checks.require(isSeconds(timeout) && timeout >= 0.1 && timeout <= 60, 'timeout', 'must be 0.1 to 60 seconds')
  checks.require(['never', 'on-login'].includes(migrate), 'migrate', 'must be never or on-login')
  check(checks)
  if (problems.length > 0) throw new OptionsError(problems)
  return { kind, name, maxAge, timeout, migrate }
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
