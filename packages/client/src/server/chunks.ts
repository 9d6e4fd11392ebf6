/** A long value in several cookies: browsers store 4096 bytes of each (RFC 6265 §6.1). */
import { type CookieSettings, cookieLine, cookieRemoval, roomForCookies, sizeOf } from './cookies.ts'

/** The 4096 bytes without the name and the attributes. */
const chunkLength = 3800
const maxChunks = 3
/** The room for cookies, without what one login under way needs. */
const maxLength = roomForCookies - 2000

/**
 * The value that `writeChunks` has set, or `undefined`. The first cookie says how many there are, so that a cookie of an earlier,
 * longer value is not read as a part of this one. Whether the parts belong together is checked by the seal.
 */
export function readChunks(cookies: ReadonlyMap<string, string>, name: string): string | undefined {
  const [, digit, first] = /^([1-9])\.(.*)$/.exec(cookies.get(name) ?? '') ?? []
  const count = Number(digit)
  if (first === undefined || count > maxChunks) return undefined
  const later = laterNames(name).slice(0, count - 1)
  if (!later.every((part) => cookies.has(part))) return undefined
  return [first, ...later.map((part) => cookies.get(part))].join('')
}

/** The lines that set the value for `maxAge` seconds, or `undefined` when it is too long for cookies. */
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
    // Cookies of an earlier, longer value would take up room until they expire.
    ...later.slice(rest.length).flatMap((part) => (cookies.has(part) ? [cookieRemoval(settings, part)] : [])),
  ]
}

/** The lines that remove all parts in the request. */
export function removeChunks(
  settings: CookieSettings,
  cookies: ReadonlyMap<string, string>,
  name: string,
): readonly string[] {
  const parts = [name, ...laterNames(name)].filter((part) => cookies.has(part))
  return parts.map((part) => cookieRemoval(settings, part))
}

/** How much of the room for cookies the parts in the request take. */
export function sizeOfChunks(cookies: ReadonlyMap<string, string>, name: string): number {
  const sizes = [name, ...laterNames(name)].map((part) =>
    cookies.has(part) ? sizeOf(part, cookies.get(part) ?? '') : 0,
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

function laterNames(name: string): readonly string[] {
  return Array.from({ length: maxChunks - 1 }, (_, index) => `${name}.${index + 2}`)
}
