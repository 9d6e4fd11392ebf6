/** Where what came departs from what was expected: one short printable line for the trace and `countersign why`. */

const longest = 200
/** Characters of each side of the difference that are shown, and of what follows it where there is no room for all. */
const longestSide = 60
const longestEnd = 20

/**
 * Marks where `received` departs from the nearest of `expected`: `https://app.example.com/cb[+/]` has a slash too many,
 * `[-http+https]://app.example.com/cb` another scheme. At most 200 characters of printable ASCII.
 */
export function describeDifference(expected: readonly string[], received: string): string {
  const differences = expected.map((one) => differenceOf(one, received))
  const nearest = differences.reduce(
    (best, one) => (sizeOf(one) < sizeOf(best) ? one : best),
    differences[0] ?? differenceOf('', received),
  )
  const { start, missing, added, end } = nearest
  const middle = sizeOf(nearest) === 0 ? '' : `[${marked('-', missing)}${marked('+', added)}]`
  const room = longest - middle.length
  const before = asciiOnly(start)
  const after = shortened(asciiOnly(end), Math.max(longestEnd, room - before.length))
  return `${shortenedAhead(before, room - after.length)}${middle}${after}`
}

interface Difference {
  readonly start: string
  /** What only the expected text has. */
  readonly missing: string
  /** What only the received text has. */
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
  return text === '' ? '' : `${sign}${shortened(asciiOnly(text), longestSide)}`
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`
}

function shortenedAhead(text: string, most: number): string {
  return text.length <= most ? text : `...${text.slice(text.length - most + 3)}`
}

/** Escapes what a terminal would obey or not show. */
function asciiOnly(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** What came where nothing is near to it: printable ASCII, cut short. */
export function describeReceived(text: string | undefined): string {
  return text === undefined ? 'none' : shortened(asciiOnly(text), longestSide)
}

/** How long ago something ended, `seconds` before now; below zero: how far ahead it begins. */
export function clockDifference(seconds: number): string {
  return seconds < 0 ? `begins in ${duration(-seconds)}` : `expired ${duration(seconds)} ago`
}

const units = [
  { name: 'days', seconds: 86_400 },
  { name: 'h', seconds: 3600 },
  { name: 'min', seconds: 60 },
] as const

/** In the largest unit of which there are two. */
function duration(seconds: number): string {
  const unit = units.find((one) => seconds >= 2 * one.seconds)
  return unit ? `${Math.floor(seconds / unit.seconds)} ${unit.name}` : `${Math.floor(seconds)} s`
}
