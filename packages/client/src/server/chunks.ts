/** A long value in several cookies: browsers keep 4096 bytes of each (RFC 6265 §6.1). */
import { type CookieSettings, cookieLine, cookieRemoval, roomForCookies, sizeOf } from './cookies.ts'

/** What is left of the 4096 bytes beside the name and the attributes. */
const chunkLength = 3800
const maxChunks = 3
/** What is left of the room for cookies when a log-in is under way beside. */
const maxLength = roomForCookies - 2000

/**
 * The value that `writeChunks` has set, or `undefined`. The first cookie says how many there are, so that one of an earlier,
 * longer value is not taken for a part. Whether the parts belong together is for the seal to tell.
 */
export function readChunks(cookies: ReadonlyMap<string, string>, name: string): string | undefined {
  const [, digit, first] = /^([1-9])\.(.*)$/.exec(cookies.get(name) ?? '') ?? []
  const count = Number(digit)
  if (first === undefined || count > maxChunks) return undefined
  const later = laterNames(name).slice(0, count - 1)
  if (!later.every((part) => cookies.has(part))) return undefined
  return [first, ...later.map((part) => cookies.get(part))].join('')
}

/** The lines that set the value for so many seconds, or `undefined` when it is too long for cookies. */
export function writeChunks(
  settings: CookieSettings,
  cookies: ReadonlyMap<string, string>,
  name: string,
  value: string,
  maxAge: number,
): readonly string[] | undefined {
  const chunks = value.match(new RegExp(`.{1,${chunkLength}}`, 'g')) ?? []
  if (value.length > maxLength) return undefined
  const [first = '', ...rest] = chunks
  const later = laterNames(name)
  return [
    cookieLine(settings, name, `${chunks.length}.${first}`, maxAge),
    ...rest.map((chunk, index) => cookieLine(settings, later[index] ?? name, chunk, maxAge)),
    // What is left of a longer value would take up room until it ends.
    ...later.slice(rest.length).flatMap((part) => (cookies.has(part) ? [cookieRemoval(settings, part)] : [])),
  ]
}

/** The lines that remove all parts that the request has. */
export function removeChunks(
  settings: CookieSettings,
  cookies: ReadonlyMap<string, string>,
  name: string,
): readonly string[] {
  const parts = [name, ...laterNames(name)].filter((part) => cookies.has(part))
  return parts.map((part) => cookieRemoval(settings, part))
}

/** What the parts that the request has take of the room for cookies. */
export function sizeOfChunks(cookies: ReadonlyMap<string, string>, name: string): number {
  const sizes = [name, ...laterNames(name)].map((part) =>
    cookies.has(part) ? sizeOf(part, cookies.get(part) ?? '') : 0,
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

function laterNames(name: string): readonly string[] {
  return Array.from({ length: maxChunks - 1 }, (_, index) => `${name}.${index + 2}`)
}
