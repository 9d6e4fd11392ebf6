/** Which addresses this server may connect to of its own accord: what stands in a registration must not open its own network. */
import { BlockList, isIP } from 'node:net'

/**
 * `public`: anyone's. `private`: of a network that the internet does not reach. `loopback`: this machine. `special`: what no
 * server has, or only one that its machine trusts blindly, such as the metadata service of a cloud.
 */
export type AddressKind = 'public' | 'private' | 'loopback' | 'special'

const loopback = listOf('127.0.0.0/8', '::1/128')

// RFC 1918, RFC 6598, RFC 4193.
const privateNetworks = listOf('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7')

// The registries of special-purpose addresses (RFC 6890), multicast (RFC 5771), and what is reserved.
const special = listOf(
  '0.0.0.0/8',
  // Link-local, RFC 3927: the metadata services of clouds.
  '169.254.0.0/16',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  // The metadata services of Alibaba Cloud, Azure and AWS.
  '100.100.100.200/32',
  '168.63.129.16/32',
  'fd00:ec2::254/128',
  // Teredo and others, documentation, 6to4: the last two hold IPv4 addresses.
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
)

// RFC 4291 §2.4, IANA: all other IPv6 addresses are special, those that hold an IPv4 address among them.
const globalUnicast = listOf('2000::/3')

// They would be looked up as the IPv4 address that they hold. No name of the internet has such an address.
const mapped = listOf('::ffff:0:0/96')

/** What kind of address this is; anything that is no address is `special`. */
export function addressKind(address: string): AddressKind {
  const version = isIP(address)
  if (version === 0) return 'special'
  const family = version === 6 ? 'ipv6' : 'ipv4'
  if (version === 6 && mapped.check(address, family)) return 'special'
  if (special.check(address, family)) return 'special'
  if (loopback.check(address, family)) return 'loopback'
  if (privateNetworks.check(address, family)) return 'private'
  return version === 4 || globalUnicast.check(address, family) ? 'public' : 'special'
}

function listOf(...ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/')
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
