/** The client's IP address: that of the peer, or the one that trusted proxies report. */
import { isIP } from 'node:net'
import type { Log } from '../environment.ts'
import { isInRanges, parseAddress, rangesOf, unmapped } from '../network/ip-address.ts'
import { type Hop, readForwarded, readForwardedFor } from './forwarded.ts'

/**
 * Returns the address of a request's client, from its peer, its X-Forwarded-For and its Forwarded (RFC 7239). Empty when the peer is
 * not known.
 */
export type ClientAddress = (peer: string, forwardedFor: string | undefined, forwarded?: string) => string

/** `trustedProxies` are IP addresses or CIDR ranges, as the options have checked. A header from any other peer is ignored. */
export function clientAddress(trustedProxies: readonly string[]): ClientAddress {
  if (trustedProxies.length === 0) return (peer) => peer
  const ranges = rangesOf(...trustedProxies)
  const isTrusted = (text: string) => {
    const address = parseAddress(text)
    return address !== undefined && (isInRanges(address, ranges) || isInRanges(unmapped(address), ranges))
  }
  // The nearest proxy added the last hop. Only a hop that a trusted proxy added is used.
  const firstUntrusted = (peer: string, hops: readonly Hop[]) => {
    let address = peer
    for (const hop of hops.toReversed()) {
      if (hop === undefined) break
      address = hop
      if (!isTrusted(hop)) break
    }
    return address
  }

  return (peer, forwardedFor, forwarded) => {
    if ((forwardedFor === undefined && forwarded === undefined) || !isTrusted(peer)) return peer
    const found = [
      forwardedFor === undefined ? peer : firstUntrusted(peer, readForwardedFor(forwardedFor)),
      forwarded === undefined ? peer : firstUntrusted(peer, readForwarded(forwarded)),
    ]
    const [address = peer, other = address] = found.filter((one) => one !== peer)
    // RFC 7239 §8.1: a proxy passes on the header that it does not write, and a client can write anything there.
    return spellingOf(address) === spellingOf(other) ? address : peer
  }
}

/** The same for all texts of one address. */
function spellingOf(text: string): string {
  const address = parseAddress(text)
  return address === undefined ? text : unmapped(address).toString()
}

/** The program around the server may not know addresses, may have forgotten to pass them, or may pass another form of them. */
export function warnOfUnknown(log: Log, addressOf: ClientAddress): ClientAddress {
  const warned = new Set<string>()
  const warn = (kind: string, message: string) => {
    if (warned.has(kind)) return
    warned.add(kind)
    log.warn({}, message)
  }
  return (...headers) => {
    const address = addressOf(...headers)
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
