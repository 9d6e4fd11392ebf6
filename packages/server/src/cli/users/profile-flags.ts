/** The flags of `countersign users add` and `update`: the fields of a user's profile. */
import type { Command } from '@commander-js/extra-typings'
import { isJsonObject, parseStrictJson } from '@countersign/guard/strict-json'
import type { ProfileFields } from '../../users/profile-changes.ts'
import { append } from '../append.ts'
import { UsageError } from '../command-error.ts'

export type ProfileFlags = {
  readonly email?: string | undefined
  readonly emailVerified?: string | undefined
  readonly fullName?: string | undefined
  readonly claim?: readonly string[] | undefined
  readonly claims?: string | undefined
}

export function withProfileFlags(command: Command<[string]>): Command<[string], ProfileFlags> {
  return command
    .option('--email <address>', 'the e-mail address; an empty one removes it')
    .option('--email-verified <yes|no>', 'whether the address is verified to be the user’s')
    .option('--full-name <name>', 'the full name; an empty one removes it')
    .option('--claim <name=value>', 'one claim; may be repeated', append)
    .option('--claims <json>', 'several claims as one JSON object')
}

/** @throws UsageError */
export function readProfileFlags({ email, emailVerified, fullName, claim, claims }: ProfileFlags): ProfileFields {
  return {
    ...(email !== undefined && { email: email === '' ? null : email }),
    ...(emailVerified !== undefined && { isEmailVerified: readYesOrNo('--email-verified', emailVerified) }),
    ...(fullName !== undefined && { fullName: fullName === '' ? null : fullName }),
    ...((claim || claims !== undefined) && {
      claims: { ...(claims !== undefined && readObject('--claims', claims)), ...readClaims(claim ?? []) },
    }),
  }
}

function readClaims(given: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? []
      if (name === undefined || value === undefined) {
        throw new UsageError(`--claim ${text} has no value. Write it as name=value, such as given_name=Ada`)
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
  throw new UsageError(`${flag} must be yes or no`)
}

function readObject(flag: string, text: string): Readonly<Record<string, unknown>> {
  const parsed = parseStrictJson(text)
  if (parsed.ok && isJsonObject(parsed.value)) return parsed.value
  throw new UsageError(`${flag} must be a JSON object, such as '{"country":"FR"}', that names nothing twice`)
}
