/**
 * Whether a user of another system may log in, by every member that says so, in any spelling and polarity. A member that takes rights
 * away is never dropped: the user comes in disabled, or the import stops and asks what the member means.
 */
import { type ImportProblem, invalid } from './import-problem.ts'
import { squash, wordsOf } from './member-name.ts'
import {
  allowingStatuses,
  denyingStatuses,
  hasDenyingLabel,
  isDenyingStatus,
  type RightsKind,
  rightsKindOf,
  saysDenial,
  soundsLikeDenial,
} from './rights-rules.ts'
import { asNumber, asText, isNothing, jsonIn, readMoment, readTruth } from './values.ts'

export interface Rights {
  /** The members that take the user's rights away. */
  readonly disabledBy: readonly string[]
  /** Members whose value cannot be read, and why, as what follows the name. */
  readonly problems: readonly ImportProblem[]
  /** Members that may take rights away, and that only the operator can explain. */
  readonly questions: readonly string[]
  /** Members that say that the user may log in. */
  readonly read: readonly string[]
}

/** What one member says. */
type Answer = 'allowed' | 'denied' | 'ask' | 'ends later' | { readonly problem: string }

/** The names of what the members contain are paths, such as `app_metadata.blocked`. `now` is in seconds. */
export function readRights(members: Iterable<readonly [name: string, value: unknown]>, now: number): Rights {
  const disabledBy: string[] = []
  const problems: ImportProblem[] = []
  const questions = new Set<string>()
  const read: string[] = []
  for (const { path, name, value, isNested } of membersOf(members)) {
    const answer = answerOf(name, value, now, isNested)
    if (answer === undefined) continue
    if (answer === 'allowed') read.push(path)
    else if (answer === 'ask') questions.add(path)
    else if (answer === 'denied') disabledBy.push(path)
    else if (answer === 'ends later') problems.push(invalid(path, endsLater(path)))
    else problems.push(invalid(path, answer.problem))
  }
  return { disabledBy, problems, questions: [...questions], read }
}

interface Member {
  readonly path: string
  readonly name: string
  readonly value: unknown
  readonly isNested: boolean
}

/** The members, and those of objects and of lists in them. */
function* membersOf(members: Iterable<readonly [string, unknown]>, before = ''): Generator<Member> {
  for (const [name, value] of members) {
    const path = `${before}${name}`
    const inside = [jsonIn(value)].flat()
    // Keycloak and LDAP write lists of one value.
    yield { path, name, value: inside.length === 1 ? inside[0] : value, isNested: before !== '' }
    for (const part of inside)
      if (typeof part === 'object' && part !== null) yield* membersOf(Object.entries(part), `${path}.`)
  }
}

/** What a nested member says of the user, and what of a part, such as a device, nobody knows. */
function answerOf(name: string, value: unknown, now: number, isNested: boolean): Answer | undefined {
  // RFC 4512 §2.5: options follow the name of an attribute.
  const squashed = squash(name.replace(/;.*$/s, ''))
  const kind = rightsKindOf(squashed)
  if (kind === undefined) return mayDeny(name, value) ? 'ask' : undefined
  const answer = answers[kind](value, now)
  if (!isNested || answer === 'allowed' || answer === undefined) return answer
  return kind === 'status' && answer === 'ask' ? undefined : 'ask'
}

/** By the name, or by the value of a status or of a label: `approval_status: rejected`, `roles: ["banned"]`. */
function mayDeny(name: string, value: unknown): boolean {
  if (soundsLikeDenial(squash(name), wordsOf(name))) return !isHarmless(value)
  if (hasDenyingLabel(name, value)) return true
  return typeof value === 'string' && isDenyingStatus(squash(name), value)
}

/** Whether a value takes nothing away, whatever the name of its member means. */
function isHarmless(value: unknown): boolean {
  if (isNothing(value) || readTruth(value) === false) return true
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isHarmless)
  // `never`, `infinity` and -1 are no such values: a block that never ends, and the true of Visual Basic.
  return typeof value === 'string' && /^\s*(?:none\s*$|0000-00-00)/i.test(value)
}

function endsLater(path: string): string {
  return `is still to come, and users have no end date here: disable the user then, and import with --map ignore=${path}`
}

const notTruth = { problem: 'must be true or false' }

const answers: Readonly<Record<RightsKind, (value: unknown, now: number) => Answer | undefined>> = {
  denied: (value) => {
    if (isHarmless(value)) return 'allowed'
    return readTruth(value) === undefined && typeof readMoment(value) !== 'number' ? notTruth : 'denied'
  },
  allowed: (value) => {
    if (isNothing(value)) return 'denied'
    const truth = readTruth(value)
    if (truth !== undefined) return truth ? 'allowed' : 'denied'
    if (isHarmless(value)) return 'denied'
    return typeof readMoment(value) === 'number' ? 'allowed' : notTruth
  },
  denied_at: (value) => (isNothing(value) || readMoment(value) === 'never' || value === false ? 'allowed' : 'denied'),
  confirmed_at: (value) => {
    if (isNothing(value) || readTruth(value) === false || readMoment(value) === 'never') return 'denied'
    return 'allowed'
  },
  until: (value, now) => {
    if (isNothing(value)) return 'allowed'
    const moment = readMoment(value)
    return typeof moment === 'number' && moment <= now ? 'allowed' : isZero(value) ? 'allowed' : 'denied'
  },
  ends: (value, now) => {
    if (isNothing(value)) return 'allowed'
    const moment = readMoment(value)
    if (moment === 'never') return 'allowed'
    if (moment === undefined) return { problem: 'is not a date' }
    return moment <= now ? 'denied' : 'ends later'
  },
  begins: (value, now) => {
    if (isNothing(value)) return 'allowed'
    const moment = readMoment(value)
    if (moment === undefined) return { problem: 'is not a date' }
    return moment === 'never' || moment <= now ? 'allowed' : 'denied'
  },
  status: (value) => {
    if (isNothing(value)) return 'allowed'
    const word = squash(asText(value))
    if (allowingStatuses.has(word)) return 'allowed'
    return denyingStatuses.has(word) ? 'denied' : 'ask'
  },
  // Also the state of an address.
  state: (value) => {
    if (typeof value !== 'string') return undefined
    return denyingStatuses.has(squash(value)) ? 'denied' : saysDenial(value) ? 'ask' : undefined
  },
  user_account_control: (value) => {
    const flags = asNumber(value)
    if (!Number.isSafeInteger(flags)) return { problem: 'is not a number' }
    return (flags & deniedFlags) === 0 ? 'allowed' : 'denied'
  },
  account_lock_time: (value) => (isNothing(value) || isZero(value) ? 'allowed' : 'denied'),
  shadow_expire: (value, now) => {
    if (isNothing(value) || asNumber(value) === -1) return 'allowed'
    const days = asNumber(value)
    if (Number.isNaN(days)) return { problem: 'is not a number' }
    return days * 86_400 <= now ? 'denied' : 'ends later'
  },
  samba_flags: (value) => (/[DL]/.test(asText(value)) ? 'denied' : 'allowed'),
}

/** Active Directory: ACCOUNTDISABLE, LOCKOUT and PASSWORD_EXPIRED of `userAccountControl`. */
const deniedFlags = 0x2 | 0x10 | 0x80_0000

function isZero(value: unknown): boolean {
  return value === 0 || value === '0' || value === false
}
