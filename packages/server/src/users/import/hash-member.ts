/** The password hash of a record, under the names that it has in applications. */
import { isJsonObject, type JsonObject } from '@countersign/guard/strict-json'
import { inspectHash } from '../../passwords/import-check.ts'
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

/** Of the members that a format leaves. */
export function findHash(members: JsonObject): HashMember {
  const values = Object.entries(members).filter((member): member is [string, string] => isText(member[1]))
  const [first, ...more] = values.filter(([name]) => names.has(squash(name)))
  if (first === undefined) {
    const found = [...textsIn(members)].find(({ name, value }) => mayBeHash(squash(name), value))
    return found && { question: found.path }
  }
  const [name, hash] = first
  const other = more.find(([, value]) => value !== hash)
  if (other === undefined) return { name, hash }
  return {
    problem: invalid(name, `and ${other[0]} may both be the password hash: choose with --map hashed_password=`),
  }
}

/** Its format says so, or its name does. */
function mayBeHash(squashed: string, value: string): boolean {
  if (inspectHash(value).status === 'usable') return true
  if (!/passw|pwd|hash/.test(squashed) || others.test(squashed)) return false
  return value.length >= 16 && readTruth(value) === undefined && readMoment(value) === undefined
}

interface Text {
  /** Such as `services.password.bcrypt`. */
  readonly path: string
  readonly name: string
  readonly value: string
}

/** The texts of the members, and of what is inside of them. */
function* textsIn(members: object, before = ''): Generator<Text> {
  for (const [name, value] of Object.entries(members)) {
    if (isText(value)) yield { path: `${before}${name}`, name, value }
    const inside = Array.isArray(value) ? value : [value]
    for (const part of inside) if (isJsonObject(part)) yield* textsIn(part, `${before}${name}.`)
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && !isNothing(value)
}
