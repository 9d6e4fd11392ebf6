/** One record of an import as a user. No user comes in with more rights than before, or without a password, unnoticed. */
import { isJsonObject } from '@countersign/guard/strict-json'
import type { UserWithCredentials } from '../../domain/user.ts'
import type { Inspection } from '../../passwords/import-check.ts'
import type { Format, FormatOptions, UserRecord } from './format.ts'
import { looksLikeUser, plain, readField } from './formats/plain.ts'
import { findHash, type HashMember } from './hash-member.ts'
import { type ImportProblem, invalid } from './import-problem.ts'
import type { ImportRow } from './import-row.ts'
import { applyMapRules, isOfRights, type Mapped, type MapRule } from './map-rules.ts'
import { squash, wordsOf } from './member-name.ts'
import { readRights } from './rights.ts'
import { isOfLabels, soundsLikeDenial } from './rights-rules.ts'
import { toUser } from './to-user.ts'
import { isEmpty } from './values.ts'

/** How the records of one file are read. */
export interface ReadOptions {
  readonly format: Format
  readonly rules: readonly MapRule[]
  readonly formatOptions: FormatOptions
  /** Judges a password hash without running it. */
  readonly inspect: (hash: string | null) => Inspection
  /** Seconds since the epoch. */
  readonly now: number
}

/** What is learnt of a record beside its user. */
export interface RecordFacts {
  /** Members that mean nothing here. */
  readonly ignored: readonly string[]
  /** Members that take the user's rights away. */
  readonly disabledBy: readonly string[]
  /** Claims of another system that cannot be stored. */
  readonly leftOut: readonly ImportProblem[]
  /** Members that only the operator can explain, and what they may be about. */
  readonly questions: readonly Question[]
  /** The paths of `--map` that the record has. */
  readonly mapped: readonly string[]
}

export interface Question {
  readonly path: string
  readonly about: 'rights' | 'labels' | 'hash'
}

export type ImportRecord =
  | { readonly kind: 'user'; readonly user: UserWithCredentials; readonly facts: RecordFacts }
  | { readonly kind: 'rejected'; readonly problems: readonly ImportProblem[]; readonly facts?: RecordFacts }
  /** Something else than a user. */
  | { readonly kind: 'other' }

export function readRecord({ value, key, problem }: ImportRow, options: ReadOptions): ImportRecord {
  if (problem !== undefined) return reject(problem)
  if (!isJsonObject(value)) return reject('is not a JSON object')
  if (key !== undefined && !looksLikeUser(value)) return reject('does not look like a user')
  const mapped = applyMapRules(options.rules, value)
  const read = options.format.read(mapped.record, options.formatOptions)
  if (read === undefined) return { kind: 'other' }
  if ('problem' in read) return reject(read.problem)
  // What a rule names may be a value of the format as well, such as an address that is the username, too.
  const left = options.rules.length === 0 ? read : options.format.read(mapped.rest, options.formatOptions)
  const rest = left !== undefined && 'rest' in left ? left.rest : read.rest
  return readUser({ row: read.row, rest }, mapped, key, options)
}

function readUser(
  { row, rest }: UserRecord,
  { fields, found }: Mapped,
  key: string | undefined,
  options: ReadOptions,
): ImportRecord {
  const given = fields.filter(([name]) => !isOfRights(name)).map(([name, value]) => [name, readField(name, value)])
  const hasHash = [row, Object.fromEntries(given)].some((members) => Object.hasOwn(members, 'hashed_password'))
  const hash = hasHash ? undefined : findHash(rest)
  const others = Object.entries(rest).filter(([name]) => !(hash && 'name' in hash && name === hash.name))
  const rights = readRights([...others, ...fields.filter(([name]) => isOfRights(name))], options.now)
  const made = toUser(
    {
      ...(key !== undefined && { username: key }),
      ...row,
      ...(hash && 'name' in hash && { hashed_password: hash.hash }),
      ...Object.fromEntries(given),
    },
    {
      isDisabled: rights.disabledBy.length > 0,
      isStrict: options.format === plain,
      inspect: options.inspect,
      now: Math.floor(options.now),
    },
  )
  const wrong = rights.problems.map(({ field }) => field)
  const understood = new Set([...rights.read, ...rights.disabledBy, ...rights.questions, ...wrong])
  const facts: RecordFacts = {
    ignored: others.flatMap(([name, value]) => (understood.has(name) || isEmpty(value) ? [] : [name])),
    disabledBy: rights.disabledBy,
    leftOut: made.leftOut,
    questions: questionsOf(rights.questions, hash),
    mapped: found,
  }
  const problems = [
    ...made.problems.map((problem) => inItsOwnName(problem, hash)),
    ...rights.problems,
    ...(hash && 'problem' in hash ? [hash.problem] : []),
  ]
  return problems.length > 0 ? { kind: 'rejected', problems, facts } : { kind: 'user', user: made.user, facts }
}

function questionsOf(ofRights: readonly string[], hash: HashMember): readonly Question[] {
  // The name of a member may have dots, as `delete.flag`.
  const isAboutLabels = (path: string) =>
    isOfLabels(path.slice(path.lastIndexOf('.') + 1)) && !soundsLikeDenial(squash(path), wordsOf(path))
  return [
    ...ofRights.map((path): Question => ({ path, about: isAboutLabels(path) ? 'labels' : 'rights' })),
    ...(hash && 'question' in hash ? [{ path: hash.question, about: 'hash' } as const] : []),
  ]
}

/** The operator looks for the name that the hash has in the file. */
function inItsOwnName(problem: ImportProblem, hash: HashMember): ImportProblem {
  return problem.field === 'hashed_password' && hash && 'name' in hash ? { ...problem, field: hash.name } : problem
}

function reject(problem: string): ImportRecord {
  return { kind: 'rejected', problems: [invalid(undefined, problem)] }
}
