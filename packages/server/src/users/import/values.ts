/** What values of other systems mean: nothing, yes or no, a moment. */

import { parseStrictJson } from '@countersign/guard/strict-json'

const yes: ReadonlySet<string> = new Set(['true', 't', 'yes', 'y', 'on', '1', '\u0001'])
const no: ReadonlySet<string> = new Set(['false', 'f', 'no', 'n', 'off', '0', '\u0000'])

/** Whether there is no value: null, nothing between two commas, or the null that a database writes as text. */
export function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || value === '\\N' || value === 'NULL'
}

/** Whether there is no value, or nothing in it. */
export function isEmpty(value: unknown): boolean {
  return isNothing(value) || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
}

/** What a value says as an answer to yes or no, as programming languages and databases write it; `undefined`: something else. */
export function readTruth(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value).trim().toLowerCase()
  if (yes.has(text)) return true
  return no.has(text) ? false : undefined
}

/** What is inside of a value: a table has JSON as text. */
export function jsonIn(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return value
  const parsed = parseStrictJson(value)
  return parsed.ok ? parsed.value : value
}

/** A value as text. `String` throws for an object with a member `toString`. */
export function asText(value: unknown): string {
  if (Array.isArray(value)) return value.map((entry) => (entry === null ? '' : asText(entry))).join()
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

/** A value as a number; NaN when it is none. */
export function asNumber(value: unknown): number {
  return Number(typeof value === 'object' && value !== null ? asText(value) : value)
}

const filetimeEpoch = 11_644_473_600

/** The moment of a value in seconds since 1970, `never`, or `undefined` when it is no moment. */
export function readMoment(value: unknown): number | 'never' | undefined {
  if (typeof value === 'number') return momentOfNumber(value)
  if (typeof value === 'object' && value !== null) return momentOfObject(value)
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  if (/^(never|infinity|none|0|-1)$/i.test(text) || /^0000-00-00/.test(text)) return 'never'
  if (/^\d+(\.\d+)?$/.test(text) && !/^\d{14}(\.\d+)?$/.test(text)) return momentOfNumber(Number(text))
  return momentOfDate(text)
}

function momentOfNumber(number: number): number | 'never' | undefined {
  if (number <= 0 || number >= 9e18) return 'never'
  // Active Directory counts tenths of microseconds since 1601.
  if (number >= 1e16) return number / 1e7 - filetimeEpoch
  if (number >= 1e14) return number / 1e6
  if (number >= 1e11) return number / 1000
  return number >= 1e8 ? number : undefined
}

/** Extended JSON of MongoDB, and timestamps of Firestore. */
function momentOfObject(object: object): number | 'never' | undefined {
  const [name, value, ...others] = Object.entries(object).flat()
  if (name === '$date' && others.length === 0) return readMoment(isNumberLong(value) ? value.$numberLong : value)
  if (name === '_seconds' || name === 'seconds') return momentOfNumber(asNumber(value))
  return undefined
}

function isNumberLong(value: unknown): value is { readonly $numberLong: string } {
  return typeof value === 'object' && value !== null && '$numberLong' in value && typeof value.$numberLong === 'string'
}

/** ISO 8601 as databases write it, with UTC when no zone is given, and generalised time (RFC 4517 §3.3.13). */
function momentOfDate(text: string): number | undefined {
  const generalised = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?(?:[.,]\d+)?(Z|[+-]\d{4})?$/.exec(text)
  const iso =
    /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(?:[.,]\d+)?)?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i.exec(text)
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone = 'Z'] = generalised ?? iso ?? []
  if (year === undefined) return undefined
  const moment = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zoneOf(zone)}`)
  return Number.isNaN(moment) ? undefined : moment / 1000
}

function zoneOf(zone: string): string {
  const [, sign, hours, minutes = '00'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? []
  return sign === undefined ? 'Z' : `${sign}${hours}:${minutes}`
}
