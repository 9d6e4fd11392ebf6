/** The rule for the value of each claim of a profile (OIDC Core §5.1 and §5.1.1). */

/** Why a claim cannot have a value, as what follows the claim's name; `undefined` when it can. */
export type Rule = (value: unknown) => string | undefined

const maxTextLength = 1000
/** RFC 5321 §4.5.3.1: 64 octets before the @ and 255 after it. */
const maxEmailLength = 320
const maxAddressLength = 4000

const addressMembers = ['formatted', 'street_address', 'locality', 'region', 'postal_code', 'country']
/** OIDC Core §5.1.1: these MAY contain multiple lines. */
const multilineMembers = ['formatted', 'street_address']

/** The claims, by their names on the wire. */
export const rules: Readonly<Record<string, Rule>> = {
  given_name: line,
  family_name: line,
  middle_name: line,
  nickname: line,
  profile: webAddress,
  picture: webAddress,
  website: webAddress,
  gender: line,
  birthdate: (value) => line(value) ?? birthdateProblem(String(value)),
  zoneinfo: (value) =>
    line(value) ??
    like(value, /^[a-z][\w+-]*(\/[\w+-]+){0,2}$/i, 'must be a name of the time zone database, such as Europe/Paris'),
  locale: (value) => line(value) ?? like(value, languageTag, 'must be a language tag of BCP 47, such as en-US'),
  phone_number: (value) =>
    line(value) ??
    like(value, /^(?=.*\d)[\d\s+().;=a-z-]+$/i, 'must be a telephone number, preferably in the form +1 425 555 0100'),
  phone_number_verified: (value) => (typeof value === 'boolean' ? undefined : 'must be true or false'),
  address: addressProblem,
}

/** RFC 5646 §2.1, without the grandfathered tags. */
const languageTag =
  /^([a-z]{2,3}(-[a-z]{3}){0,3}|[a-z]{4,8})(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z\d]{5,8}|\d[a-z\d]{3}))*(-[a-wyz\d](-[a-z\d]{2,8})+)*(-x(-[a-z\d]{1,8})+)?$/i

/** One line of text. A full name must be one, too. */
export function line(value: unknown): string | undefined {
  return textProblem(value, /[\p{Cc}\p{Zl}\p{Zp}]/u)
}

/** The shape excludes what mail programs read in two ways, such as two @. */
export function emailProblem(value: string): string | undefined {
  if (value.length > maxEmailLength) return `must have at most ${maxEmailLength} characters`
  return line(value) ?? like(value, /^[^\s@]+@[^\s@]+$/, 'must have one @ with something on both sides, and no spaces')
}

function textProblem(value: unknown, forbidden: RegExp): string | undefined {
  if (typeof value !== 'string') return 'must be text'
  if (value.length > maxTextLength) return `must have at most ${maxTextLength} characters`
  if (!value.isWellFormed() || forbidden.test(value)) return 'must not contain control characters or line separators'
  return undefined
}

function like(value: unknown, pattern: RegExp, message: string): string | undefined {
  return pattern.test(String(value)) ? undefined : message
}

/** Clients show these as links and images: no other scheme is safe there. */
function webAddress(value: unknown): string | undefined {
  const problem = line(value)
  if (problem !== undefined) return problem
  const text = String(value)
  return /^https?:\/\/[^\s"<>\\^`{|}]+$/.test(text) && URL.canParse(text)
    ? undefined
    : 'must be a web address that begins with https:// or http://'
}

/** OIDC Core §5.1: YYYY-MM-DD; the year MAY be 0000, meaning that it is omitted; YYYY alone is allowed. */
function birthdateProblem(text: string): string | undefined {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})-(\d{2}))?$/.exec(text) ?? []
  const isYear = year !== undefined && month === undefined && year !== '0000'
  const isDate = year !== undefined && month !== undefined && isDay(Number(year), Number(month), Number(day))
  return isYear || isDate ? undefined : 'must be a date as YYYY-MM-DD, 0000-MM-DD without the year, or YYYY alone'
}

function isDay(year: number, month: number, day: number): boolean {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
  return day >= 1 && day <= days
}

function addressProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `must be an object with some of ${addressMembers.join(', ')}`
  }
  const members = Object.entries(value)
  if (members.length === 0) return `must have at least one of ${addressMembers.join(', ')}`
  const unknown = members.find(([name]) => !addressMembers.includes(name))
  if (unknown) return `has ${JSON.stringify(unknown[0])}, which is none of ${addressMembers.join(', ')}`
  for (const [name, part] of members) {
    const problem = multilineMembers.includes(name) ? textProblem(part, /(?!\r\n|\n)\p{Cc}/u) : line(part)
    if (problem !== undefined) return `${name} ${problem}`
    if (part === '') return `${name} must not be empty: leave it out`
  }
  return JSON.stringify(value).length > maxAddressLength
    ? `must have at most ${maxAddressLength} characters`
    : undefined
}
