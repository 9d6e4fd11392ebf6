/**
 * How entries say that a user is disabled, locked or expired. The attributes of all servers are read from each one. A value that cannot be
 * read disables.
 */
import type { LdapEntry } from './entry.ts'

/** Seconds since the epoch, and seconds. */
export interface LockRules {
  readonly now: number
  readonly lockoutDuration: number
}

type Rule = (value: string, rules: LockRules) => boolean

const rules: Readonly<Record<string, Rule>> = {
  // Active Directory (MS-ADTS §2.2.16): ACCOUNTDISABLE.
  userAccountControl: (value) => hasBit(value, 0x2n),
  // MS-ADTS §2.3.115: never at 0 and at the largest number.
  accountExpires: (value, { now }) => !['0', '9223372036854775807'].includes(value) && isPast(fileTime(value), now),
  // OpenLDAP's password policy (draft-behera-ldap-password-policy-10 §5.3.3), and the times of §5.2.20 as OpenLDAP has them.
  pwdAccountLockedTime: (value, { now, lockoutDuration }) =>
    value.startsWith('0000') || lockoutDuration === 0 || isToCome(generalizedTime(value) + lockoutDuration, now),
  pwdStartTime: (value, { now }) => isToCome(generalizedTime(value), now),
  pwdEndTime: (value, { now }) => isPast(generalizedTime(value), now),
  // Days since the epoch (shadow(5)). A negative number is never.
  shadowExpire: (value, { now }) => !/^-\d+$/.test(value) && isPast(days(value), now),
  // 389 Directory Server and FreeIPA.
  nsAccountLock: isNotFalse,
  krbPrincipalExpiration: (value, { now }) => isPast(generalizedTime(value), now),
  // eDirectory, and OpenDJ.
  loginDisabled: isNotFalse,
  'ds-pwp-account-disabled': isNotFalse,
}

/** Active Directory: the state of the account, in which a lock ends by itself. MS-ADTS §3.1.1.4.5.17: UF_LOCKOUT. */
const computed = 'msDS-User-Account-Control-Computed'
const lockout = 0x10n
/** When the account was locked. It stays until the next login, so it says less than `computed`. */
const lockedAt = 'lockoutTime'

/** What `isDisabledEntry` reads. */
export const disablingAttributes: readonly string[] = [...Object.keys(rules), computed, lockedAt]

export function isDisabledEntry(entry: LdapEntry, lockRules: LockRules): boolean {
  const isDisabled = Object.entries(rules).some(([attribute, rule]) =>
    hasValue(entry, attribute, (value) => rule(value, lockRules)),
  )
  const isLocked =
    entry.values(computed).length === 0
      ? hasValue(entry, lockedAt, (value) => value !== '0')
      : hasValue(entry, computed, (value) => hasBit(value, lockout))
  return isDisabled || isLocked
}

/** Whether some value meets the condition, or is no text. */
function hasValue(entry: LdapEntry, attribute: string, meets: (value: string) => boolean): boolean {
  return entry.values(attribute).some((value) => typeof value !== 'string' || meets(value))
}

function isNotFalse(value: string): boolean {
  return value.toLowerCase() !== 'false'
}

function hasBit(value: string, bit: bigint): boolean {
  return !/^-?\d+$/.test(value) || (BigInt(value) & bit) !== 0n
}

/** A time that cannot be read is `NaN`. Then both of these are true. */
function isPast(time: number, now: number): boolean {
  return !(time > now)
}

function isToCome(time: number, now: number): boolean {
  return !(time <= now)
}

/** Steps of 100 nanoseconds since 1601. */
function fileTime(value: string): number {
  return /^\d+$/.test(value) ? Number(value) / 1e7 - 11_644_473_600 : Number.NaN
}

function days(value: string): number {
  return /^\d+$/.test(value) ? Number(value) * 86_400 : Number.NaN
}

/** RFC 4517 §3.3.13. */
function generalizedTime(value: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?(?:[.,]\d+)?(Z|[+-]\d\d(?:\d\d)?)$/.exec(value)
  if (!parts) return Number.NaN
  const [, year, month, day, hour, minute = '00', second = '00', zone = 'Z'] = parts
  const offset = zone === 'Z' ? zone : `${zone.slice(0, 3)}:${zone.slice(3) || '00'}`
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`) / 1000
}
