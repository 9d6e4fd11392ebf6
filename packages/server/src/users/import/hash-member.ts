/** The password hash of a record, under the names that it has in applications. */
import type { JsonObject } from '@countersign/guard/strict-json'
import type { Inspection } from '../../passwords/import-check.ts'
import { type ImportProblem, invalid } from './import-problem.ts'
import { squash } from './member-name.ts'
import { isNothing, readMoment, readTruth } from './values.ts'

/** As `squash` writes them. */
const names: ReadonlySet<string> = new Set(
  `hashedpassword passwordhash passwordhashed encryptedpassword encpassword cryptedpassword passworddigest digestpassword password
  hash passwd passwdhash pw pwhash pwd pwdhash pass passhash userpass userpassword passwordencrypted bcryptpassword bcrypthash
  passwordcrypt`.split(/\s+/),
)

/** Names that say so, and mean something else. */
const others =
  /reset|token|hint|change|update|date|time|expir|salt|algo|method|type|policy|require|force|history|attempt|version|question|last|count|set/

/** The hash and the member that has it; a question to the operator; or neither. */
export type HashMember =
  | { readonly name: string; readonly hash: string }
  | { readonly problem: ImportProblem }
  | { readonly question: string }
  | undefined

/** Of the members that a format leaves. `inspect` judges a hash. */
export function findHash(members: JsonObject, inspect: (hash: string) => Inspection): HashMember {
  const values = Object.entries(members).filter((member): member is [string, string] => isText(member[1]))
  const [first, ...more] = values.filter(([name]) => names.has(squash(name)))
  if (first === undefined) {
    const [question] = values.find(([name, value]) => mayBeHash(squash(name), value, inspect)) ?? []
    return question === undefined ? undefined : { question }
  }
  const [name, hash] = first
  const other = more.find(([, value]) => value !== hash)
  if (other === undefined) return { name, hash }
  return {
    problem: invalid(name, `and ${other[0]} may both be the password hash: choose with --map hashed_password=`),
  }
}

/** Its format says so, or its name does. */
function mayBeHash(squashed: string, value: string, inspect: (hash: string) => Inspection): boolean {
  if (inspect(value).status === 'usable') return true
  if (!/passw|pwd|hash/.test(squashed) || others.test(squashed)) return false
  return value.length >= 16 && readTruth(value) === undefined && readMoment(value) === undefined
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && !isNothing(value)
}
