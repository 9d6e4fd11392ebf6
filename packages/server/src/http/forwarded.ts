/** The addresses that proxies report, the nearest last: `X-Forwarded-For`, and `Forwarded` (RFC 7239). */
import { isIP } from 'node:net'

/** An address; `undefined` for a hop that the proxy does not name. */
export type Hop = string | undefined

/** Entries that are read; a chain of trusted proxies is short. */
const maxHops = 20

/** Some proxies write a port, and quotes and brackets as in `Forwarded`. */
export function readForwardedFor(value: string): readonly Hop[] {
  const entries = value.split(',').slice(-maxHops)
  return entries.map((entry) => addressIn(entry.trim().replace(/^"(.*)"$/, '$1')))
}

/** A pair and what ends it: a semicolon before the next pair of the element, a comma before the next element, or the end. */
const pair = /[ \t]*([^\s",;=]+)=(?:([^\s",;]+)|"((?:[^"\\]|\\.)*)")[ \t]*(;|(?:,[ \t]*)+|$)/y

/**
 * RFC 7239 §4. Empty when any part is malformed: a client that sends an open quote must not choose how the proxy's part after it is read.
 */
export function readForwarded(value: string): readonly Hop[] {
  const hops: Hop[] = []
  let names = new Set<string>()
  let hop: Hop
  // RFC 9110 §5.6.1.2: empty elements of a list are ignored.
  for (let at = /^[ \t,]*/.exec(value)?.[0].length ?? 0; at < value.length; at = pair.lastIndex) {
    pair.lastIndex = at
    const [, written = '', plain, quoted = '', end] = pair.exec(value) ?? []
    const name = written.toLowerCase()
    // §4: each parameter MUST NOT occur more than once per field-value.
    if (name === '' || names.has(name)) return []
    names.add(name)
    if (name === 'for') hop = addressIn(plain ?? quoted.replace(/\\(.)/g, '$1'))
    if (end === ';') continue
    hops.push(hop)
    hop = undefined
    names = new Set()
  }
  return hops.slice(-maxHops)
}

/** RFC 7239 §6: an address, IPv6 in brackets, and a port, which may be obfuscated. A name for an unknown hop is no address. */
function addressIn(node: string): Hop {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(?:\d{1,5}|_[\w.-]+))?$/.exec(node) ?? []
  const address = bracketed ?? plain ?? node
  return isIP(address) === 0 ? undefined : address
}
