/** The flags of `countersign users add` and `update`: the fields of a user's profile. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { isJsonObject, parseStrictJson } from '@countersign/guard/strict-json'
import type { ProfileFields } from '../users/profile-changes.ts'
import { CommandError } from './command-error.ts'

const options = {
  email: { type: 'string' },
  'email-verified': { type: 'string' },
  'full-name': { type: 'string' },
  claim: { type: 'string', multiple: true },
  claims: { type: 'string' },
} as const satisfies ParseArgsOptionsConfig

export interface UserFlags {
  /** What is not a flag: the username. */
  readonly positionals: readonly string[]
  readonly fields: ProfileFields
}

/** @throws CommandError, or what `parseArgs` throws */
export function readUserFlags(args: readonly string[]): UserFlags {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const { email, 'email-verified': isVerified, 'full-name': fullName, claim, claims } = values
  const fields = {
    ...(email !== undefined && { email: email === '' ? null : email }),
    ...(isVerified !== undefined && { isEmailVerified: readYesOrNo('--email-verified', isVerified) }),
    ...(fullName !== undefined && { fullName: fullName === '' ? null : fullName }),
    ...((claim || claims !== undefined) && {
      claims: { ...(claims !== undefined && readObject('--claims', claims)), ...readClaims(claim ?? []) },
    }),
  }
  return { positionals, fields }
}

function readClaims(given: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? []
      if (name === undefined || value === undefined) {
        throw new CommandError(`--claim ${text} has no value. Write it as name=value, such as given_name=Ada`)
      }
      return [name, value === '' ? '' : readClaim(name, value)]
    }),
  )
}

/** Claims that are not text are written as in the other flags and in import files. */
function readClaim(name: string, text: string): unknown {
  if (name === 'phone_number_verified') return readYesOrNo(`--claim ${name}`, text)
  if (name === 'address') return readObject(`--claim ${name}`, text)
  return text
}

function readYesOrNo(flag: string, text: string): boolean {
  if (text === 'yes' || text === 'true') return true
  if (text === 'no' || text === 'false') return false
  throw new CommandError(`${flag} must be yes or no`)
}

function readObject(flag: string, text: string): Readonly<Record<string, unknown>> {
  const parsed = parseStrictJson(text)
  if (parsed.ok && isJsonObject(parsed.value)) return parsed.value
  throw new CommandError(`${flag} must be a JSON object, such as '{"country":"FR"}', that names nothing twice`)
}
