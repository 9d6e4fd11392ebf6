/** The client's IP address: the peer's, or what configured proxies say of theirs. */
import { BlockList, isIP } from 'node:net'

/** Answers the address of a request from its peer and its X-Forwarded-For. */
export type ClientAddress = (peer: string, forwardedFor: string | undefined) => string

/** Hops that are looked at; a chain of trusted proxies is short. */
const maxHops = 20

/** `trustedProxies` are IP addresses or CIDR ranges. A header from anyone else is not believed. */
export function clientAddress(trustedProxies: readonly string[]): ClientAddress {
  if (trustedProxies.length === 0) return (peer) => peer
  const trusted = new BlockList()
  for (const range of trustedProxies) {
    const [address = '', prefix] = range.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    trusted.addSubnet(address, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family)
  }
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

  return (peer, forwardedFor) => {
    if (forwardedFor === undefined || !isTrusted(peer)) return peer
    // The rightmost entry was added by the nearest proxy; only what a trusted proxy added is believed.
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
