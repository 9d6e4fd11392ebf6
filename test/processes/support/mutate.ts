/** Breaks the bytes of a request in one of the ways in which clients, proxies and attackers break them. The same seed breaks the same. */

import { lengths, odd, ours, values } from './odd-values.ts'

/** At least 0, less than 1. */
export type Chance = () => number

/** The generator mulberry32. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

type Mutation = (request: string, chance: Chance, others: readonly string[]) => string

export const upTo = (max: number, chance: Chance): number => Math.floor(chance() * (max + 1))

export function pick<Item>(items: readonly Item[], chance: Chance): Item {
  const item = items[upTo(items.length - 1, chance)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

/** Text of any bytes, most of them printable. */
function noise(length: number, chance: Chance): string {
  return Array.from({ length }, () =>
    String.fromCharCode(chance() < 0.7 ? 32 + upTo(94, chance) : upTo(255, chance)),
  ).join('')
}

function replaceAt(request: string, at: number, removed: number, inserted: string): string {
  return request.slice(0, at) + inserted + request.slice(at + removed)
}

const lineEnd = (request: string): number => Math.max(0, request.indexOf('\r\n'))

/** Replaces the value of the header, or adds it. */
function withHeader(request: string, name: string, value: string): string {
  const line = new RegExp(`\r\n${name}: [^\r\n]*`, 'i')
  if (line.test(request)) return request.replace(line, () => `\r\n${name}: ${value}`)
  return replaceAt(request, lineEnd(request), 0, `\r\n${name}: ${value}`)
}

const mutations: readonly Mutation[] = [
  function flipBits(request, chance) {
    let flipped = request
    for (let flips = upTo(8, chance); flips >= 0; flips--) {
      const at = upTo(request.length - 1, chance)
      flipped = replaceAt(flipped, at, 1, String.fromCharCode(request.charCodeAt(at) ^ (1 << upTo(7, chance))))
    }
    return flipped
  },
  (request, chance) => request.slice(0, upTo(request.length, chance)),
  (request, chance) =>
    replaceAt(request, upTo(request.length, chance), upTo(20, chance), noise(upTo(40, chance), chance)),
  (request, chance) =>
    replaceAt(request, upTo(request.length, chance), upTo(3, chance), pick(odd, chance).repeat(1 + upTo(3, chance))),
  (request, chance) => {
    const at = upTo(request.length, chance)
    return replaceAt(request, at, 0, request.slice(at, at + upTo(200, chance)).repeat(1 + upTo(30, chance)))
  },
  (request, chance) =>
    replaceAt(
      request,
      lineEnd(request),
      0,
      `\r\n${pick(ours, chance)}: x`.repeat(1 + upTo(chance() < 0.1 ? 4000 : 5, chance)),
    ),
  (request, chance) =>
    withHeader(
      request,
      pick(ours, chance),
      noise(upTo(chance() < 0.1 ? 100_000 : 2000, chance), chance).replace(/[\r\n]/g, ''),
    ),
  (request, chance) => withHeader(request, pick(ours, chance), pick(values, chance)),
  (request, chance) =>
    withHeader(request, 'Content-Length', chance() < 0.5 ? pick(lengths, chance) : String(upTo(1000, chance))),
  function chunk(request, chance) {
    const body = request.indexOf('\r\n\r\n') + 4
    const sizes = ['5', '0', '00000005', 'ffffffffffffffff', '-1', '5;x=y', ' 5', '5 ', 'g', ''] as const
    const chunks = Array.from({ length: upTo(5, chance) }, () => `${pick(sizes, chance)}\r\nab=cd\r\n`).join('')
    const coding = pick(['chunked', 'Chunked', 'identity', 'gzip, chunked', 'chunked, chunked', 'xchunked'], chance)
    return `${withHeader(request.slice(0, body), 'Transfer-Encoding', coding)}${chunks}${chance() < 0.7 ? '0\r\n\r\n' : ''}`
  },
  (request, chance, others) =>
    request + Array.from({ length: 1 + upTo(4, chance) }, () => pick(others, chance)).join(''),
  (request, chance, others) => {
    const other = pick(others, chance)
    return request.slice(0, upTo(request.length, chance)) + other.slice(upTo(other.length, chance))
  },
  (request, chance) =>
    request.replace(
      /^\w+/,
      pick(['get', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'PATCH', 'PRI', 'M-SEARCH', 'X'.repeat(50)], chance),
    ),
  (request, chance) =>
    request.replace('HTTP/1.1', () =>
      pick(['HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.11', 'http/1.1', 'HTTP', ''], chance),
    ),
  (request, chance) =>
    request.replace(/ \S+/, (target) =>
      pick(
        [
          ' *',
          ` http://evil.example${target.slice(1)}`,
          ' //',
          ` ${target.slice(1)}/..`,
          ` ${target.slice(1)}?${'a=b&'.repeat(upTo(3000, chance))}`,
          ' ',
          ` /%2e%2e${target.slice(1)}`,
          ' http://[',
          target.toUpperCase(),
        ],
        chance,
      ),
    ),
  (request, chance) => request.replaceAll('\r\n', () => (chance() < 0.5 ? '\n' : '\r\n')),
]

/** What only changes what the routes read: half of all. */
const inside: readonly Mutation[] = [
  // The body and the query alone: what the routes read.
  (request, chance) => {
    const body = request.indexOf('\r\n\r\n') + 4
    const start = body < request.length ? body : request.indexOf('/')
    const length = (body < request.length ? request.length : lineEnd(request)) - start
    return fitLength(replaceAt(request, start + upTo(length, chance), upTo(6, chance), pick(odd, chance)))
  },
  // Inside the value of a header that is there, which is read further than one that is all wrong.
  (request, chance) => {
    const [line = '', name = '', value = ''] = pick([...request.matchAll(/\r\n([\w-]+): ([^\r\n]+)/g), []], chance)
    const changed = replaceAt(value, upTo(value.length, chance), upTo(4, chance), pick(odd, chance))
    return request.replace(line, () => `\r\n${name}: ${changed}`)
  },
  // One parameter more, in the body or else in the query, and one of them twice.
  (request, chance) => {
    const body = request.slice(request.indexOf('\r\n\r\n') + 4)
    const [, query = ''] = /\?(\S*)/.exec(request.slice(0, lineEnd(request))) ?? []
    const text = body === '' ? query : body
    const pairs = text.split('&')
    const value = `${pick(odd, chance)}${noise(upTo(20, chance), chance)}`
    if (text === '') return request.replace(' HTTP/', () => `?x=${value} HTTP/`)
    return fitLength(request.replace(text, () => [...pairs, pick(pairs, chance), `x=${value}`].join('&')))
  },
]

/** So that the body is read to its end. */
function fitLength(request: string): string {
  const body = request.indexOf('\r\n\r\n') + 4
  if (body < 4 || !/\r\nContent-Length: /i.test(request)) return request
  return withHeader(request, 'Content-Length', String(request.length - body))
}

/** Breaks one of `requests` once, or a few times. */
export function mutate(requests: readonly string[], chance: Chance): string {
  let request = pick(requests, chance)
  do request = pick(chance() < 0.5 ? inside : mutations, chance)(request, chance, requests)
  while (chance() < 0.3)
  return request
}
