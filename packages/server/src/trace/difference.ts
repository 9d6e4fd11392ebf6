/** Describes the difference between the expected and the received value, in one short printable line for the trace and `countersign why`. */
import { redacted } from './redact.ts'

const maxLength = 200
/** Characters of each side of the difference, and of the text after it when there is no room for all. */
const maxSideLength = 60
const minEndLength = 20

/**
 * Marks the difference between `received` and the nearest of `expected`: `https://app.example.com/cb[+/]` has a slash too many,
 * `[-http+https]://app.example.com/cb` has another scheme. At most 200 characters of printable ASCII.
 */
export function describeDifference(expected: readonly string[], received: string): string {
  const safe = redacted(received, expected)
  const differences = expected.map((one) => differenceOf(one, safe))
  const nearest = differences.reduce(
    (best, one) => (sizeOf(one) < sizeOf(best) ? one : best),
    differences[0] ?? differenceOf('', safe),
  )
  const { start, missing, added, end } = nearest
  const middle = sizeOf(nearest) === 0 ? '' : `[${marked('-', missing)}${marked('+', added)}]`
  const room = maxLength - middle.length
  const before = asciiOnly(start)
  const after = shortened(asciiOnly(end), Math.max(minEndLength, room - before.length))
  return `${shortenedAhead(before, room - after.length)}${middle}${after}`
}

interface Difference {
  readonly start: string
  /** The part that only the expected text has. */
  readonly missing: string
  /** The part that only the received text has. */
  readonly added: string
  readonly end: string
}

function differenceOf(expected: string, received: string): Difference {
  const shorter = Math.min(expected.length, received.length)
  let start = 0
  while (start < shorter && expected[start] === received[start]) start++
  let end = 0
  while (end < shorter - start && expected.at(-1 - end) === received.at(-1 - end)) end++
  return {
    start: received.slice(0, start),
    missing: expected.slice(start, expected.length - end),
    added: received.slice(start, received.length - end),
    end: received.slice(received.length - end),
  }
}

function sizeOf({ missing, added }: Difference): number {
  return missing.length + added.length
}

function marked(sign: '-' | '+', text: string): string {
  return text === '' ? '' : `${sign}${shortened(asciiOnly(text), maxSideLength)}`
}

function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 3)}...`
}

function shortenedAhead(text: string, max: number): string {
  return text.length <= max ? text : `...${text.slice(text.length - max + 3)}`
}

/** Escapes characters that a terminal would obey or not show. */
function asciiOnly(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The received value, when no expected value is near: shortened printable ASCII. */
export function describeReceived(text: string | undefined): string {
  return text === undefined ? 'none' : shortened(asciiOnly(redacted(text)), maxSideLength)
}

/** How long ago something expired, in `seconds` before now; below zero: how far ahead it begins. */
export function clockDifference(seconds: number): string {
  return seconds < 0 ? `begins in ${duration(-seconds)}` : `expired ${duration(seconds)} ago`
}

const units = [
  { name: 'days', seconds: 86_400 },
  { name: 'h', seconds: 3600 },
  { name: 'min', seconds: 60 },
] as const

/** In the largest unit of which there are at least two. */
function duration(seconds: number): string {
  const unit = units.find((one) => seconds >= 2 * one.seconds)
  return unit ? `${Math.floor(seconds / unit.seconds)} ${unit.name}` : `${Math.floor(seconds)} s`
}
