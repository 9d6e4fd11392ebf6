/** The client's IP address: that of the peer, or the one that trusted proxies report. */
import { isIP } from 'node:net'
import type { Log } from '../environment.ts'
import { isInRanges, parseAddress, rangesOf, unmapped } from '../network/ip-address.ts'

/** Returns the address of a request's client, from its peer and its X-Forwarded-For. Empty when the peer is not known. */
export type ClientAddress = (peer: string, forwardedFor: string | undefined) => string

/** Entries that are read; a chain of trusted proxies is short. */
const maxHops = 20

/** `trustedProxies` are IP addresses or CIDR ranges, as the options have checked. A header from any other peer is ignored. */
export function clientAddress(trustedProxies: readonly string[]): ClientAddress {
  if (trustedProxies.length === 0) return (peer) => peer
  const ranges = rangesOf(...trustedProxies)
  const isTrusted = (text: string) => {
    const address = parseAddress(text)
    return address !== undefined && (isInRanges(address, ranges) || isInRanges(unmapped(address), ranges))
  }

  return (peer, forwardedFor) => {
    if (forwardedFor === undefined || !isTrusted(peer)) return peer
    // The nearest proxy added the rightmost entry. Only an entry that a trusted proxy added is used.
    const hops = forwardedFor
      .split(',')
      .map((hop) => hop.trim())
      .slice(-maxHops)
    let address = peer
    for (const hop of hops.reverse()) {
      if (isIP(hop) === 0) break
      address = hop
      if (!isTrusted(hop)) break
    }
    return address
  }
}

/** The program around the server may not know addresses, may have forgotten to pass them, or may pass another form of them. */
export function warnOfUnknown(log: Log, addressOf: ClientAddress): ClientAddress {
  const warned = new Set<string>()
  const warn = (kind: string, message: string) => {
    if (warned.has(kind)) return
    warned.add(kind)
    log.warn({}, message)
  }
  return (peer, forwardedFor) => {
    const address = addressOf(peer, forwardedFor)
    if (isIP(address) !== 0) return address
    if (address === '') warn('unknown', unknownAddress)
    else warn('malformed', `${JSON.stringify(address.slice(0, maxShown))} is no IP address, ${remedy}`)
    return ''
  }
}

const maxShown = 60
const unknownAddress =
  'requests come without the address of their client, so failed logins are counted only by account: pass it to fetch(request, { address })'
const remedy =
  'so failed logins are counted only by account: pass the address alone to fetch(request, { address }), without a port'
