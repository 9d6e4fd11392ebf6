/** Reads values as databases and programs of others store them: as numbers, text, dates or bytes. */

const trueWords = ['true', 't', 'yes', 'y', 'on', '1']
const falseWords = ['false', 'f', 'no', 'n', 'off', '0', '']

/** A number above this one counts milliseconds since the epoch, any other seconds: as seconds it is the year 5138. */
const largestSeconds = 1e11

/** Whether it means true. What means neither true nor false, such as `maybe`, is neither. */
export function isTrue(value: unknown): boolean {
  return trueWords.includes(wordOf(value) ?? '')
}

export function isFalse(value: unknown): boolean {
  return isMissing(value) || falseWords.includes(wordOf(value) ?? '-')
}

/** Nothing is stored. Empty text counts as nothing. */
export function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

/** The value in lower case, to compare it with words; `undefined` when it has parts. */
export function wordOf(value: unknown): string | undefined {
  // MySQL's BIT(1).
  if (value instanceof Uint8Array) return value.length === 1 ? String(value[0]) : undefined
  return typeof value === 'object' ? undefined : String(value).trim().toLowerCase()
}

/**
 * A time in seconds since the epoch; `undefined` when the value is none. Text without a time zone is in UTC, as Django, Laravel and Rails
 * store it.
 */
export function timeOf(value: unknown): number | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.getTime() / 1000
  if (typeof value === 'string' && !/^\d+(\.\d+)?$/.test(value)) return timeOfText(value)
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') return undefined
  const count = Number(value)
  if (Number.isNaN(count)) return undefined
  // PostgreSQL's 'infinity'.
  if (count === Number.POSITIVE_INFINITY) return count
  return count > largestSeconds ? count / 1000 : count
}

function timeOfText(text: string): number | undefined {
  const [, date, time = '00:00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))? ?(Z|[+-]\d\d(?::?\d\d)?)?$/i.exec(text.trim()) ?? []
  if (date === undefined) return undefined
  const milliseconds = Date.parse(`${date}T${time}${/^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone}`)
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000
}

/** Whether a field says that the email address is verified: true, or the time of it. */
export function isVerified(value: unknown): boolean {
  return isTrue(value) || (!isFalse(value) && (timeOf(value) ?? 0) > 0)
}
