/** Whose address a rejected request counts for, by what the server wrote into the database. */
import { type Clock, type Random, systemClock } from '../../environment.ts'
import { keyOf } from '../../login/attempt-budget.ts'
import { networkOf } from '../../login/network.ts'
import { isInRanges, parseAddress, rangesOf, unmapped } from '../../network/ip-address.ts'
import type { Store } from '../../store/open.ts'
import { findRejectedRequest } from '../../trace/rejected-request.ts'
import { type Finding, notesOf } from './finding.ts'
import { type ProbeResponse, requestIdIn } from './probe.ts'

export interface AddressFacts {
  /** Of our end of the connection. */
  readonly own: string
  readonly trustedProxies: readonly string[]
  /** Whether the request counted for the address that we made up in X-Forwarded-For. */
  readonly isSpoofedCounted: boolean
  readonly isOwnCounted: boolean
  /** The address of a proxy that the request counted for. */
  readonly countedProxy: string | undefined
}

const notes = notesOf('address')

const loopback = rangesOf('127.0.0.0/8', '::1')

export function checkAddress({ own, trustedProxies, ...counted }: AddressFacts): readonly Finding[] {
  const address = parseAddress(own)
  const isTrusted = address !== undefined && isInRanges(unmapped(address), rangesOf(...trustedProxies))
  if (counted.isSpoofedCounted && !isTrusted) {
    return [
      notes.problem(
        'The server believes the X-Forwarded-For of any client: wrong passwords count for an address that the attacker chooses.',
        'Let the proxy append to it (nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;), and list only your proxies in TRUSTED_PROXIES.',
      ),
    ]
  }
  // This machine is one of the proxies: what it sends is believed, as it should be.
  if (counted.isSpoofedCounted) return [notes.ok('X-Forwarded-For reaches the server, which uses it.')]
  if (counted.countedProxy !== undefined) {
    return [
      notes.problem(
        `Requests count for the address of the proxy, ${counted.countedProxy}: wrong passwords of one client lock out all others.`,
        `Let the proxy send X-Forwarded-For, and set TRUSTED_PROXIES=${counted.countedProxy}.`,
      ),
    ]
  }
  if (counted.isOwnCounted && address !== undefined && !isInRanges(unmapped(address), loopback)) {
    return [notes.ok(`Requests from here count for ${networkOf(own)}, not for the proxy.`)]
  }
  return [
    notes.skipped(
      'Whose address a request counts for cannot be told from here: run it on a machine that is no proxy and reads this database.',
    ),
  ]
}

/** An address for documentation (RFC 3849), which nobody has. */
export function madeUpAddress({ bytes }: Random): string {
  const groups = Buffer.from(bytes(4)).toString('hex')
  return `2001:db8:${groups.slice(0, 4)}:${groups.slice(4)}::1`
}

/** Sends a request that must be rejected, and looks for what the server counted. The response is that of `send`. */
export async function readAddress(
  store: Store,
  trustedProxies: readonly string[],
  madeUp: string,
  send: () => Promise<ProbeResponse>,
): Promise<AddressFacts & { readonly response: ProbeResponse }> {
  const proxies = ['127.0.0.1', '::1', ...trustedProxies.filter((range) => !range.includes('/'))]
  const before = await Promise.all(proxies.map((address) => countOf(store, address)))
  const response = await send()
  const own = response.localAddress
  const candidates = proxies.map((address, at) => ({ address, before: before[at] ?? 0 }))
  const counted: string[] = []
  for (const candidate of candidates) {
    if ((await countOf(store, candidate.address)) > candidate.before) counted.push(candidate.address)
  }
  return {
    own,
    trustedProxies,
    isSpoofedCounted: (await countOf(store, madeUp)) > 0,
    isOwnCounted: (await countOf(store, own)) > 0,
    countedProxy: counted.find((address) => networkOf(address) !== networkOf(own)),
    response,
  }
}

/** How many wrong secrets count for the address now. */
async function countOf({ throttle }: Store, address: string, now: Clock = systemClock): Promise<number> {
  const key = keyOf('client_address', networkOf(address))
  const isAtLeast = (count: number) => throttle.isExhausted(key, count, now())
  let least = 0
  let beyond = 1
  for (; await isAtLeast(beyond); beyond *= 2) least = beyond
  while (beyond - least > 1) {
    const middle = Math.floor((least + beyond) / 2)
    if (await isAtLeast(middle)) least = middle
    else beyond = middle
  }
  return least
}

const storedNotes = notesOf('database')

/** Rejected requests are written within 200 ms. */
export async function checkSameDatabase(store: Store, response: ProbeResponse): Promise<readonly Finding[]> {
  const id = requestIdIn(response.headers)
  if (id === undefined) return []
  for (let tries = 0; tries < 5; tries++) {
    if (await findRejectedRequest(store, id)) return [storedNotes.ok('The server behind this URL uses this database.')]
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return [
    storedNotes.problem(
      'The server behind this URL did not record our request in this database.',
      'Check DATABASE_URL and DATA_DIR here and there.',
    ),
  ]
}
