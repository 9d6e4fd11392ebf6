/** The other end of a Node connection. */

/** The members of a socket that are used. */
export interface PeerSocket {
  readonly destroyed?: boolean
  readonly remoteAddress?: string | undefined
  readonly localAddress?: string | undefined
}

/**
 * The IP address of the other end; empty for a Unix socket, which has none. `undefined` when the client has reset the connection: its data
 * still arrives, without an address to count failed logins by.
 */
export function peerOf({ destroyed, remoteAddress, localAddress }: PeerSocket): string | undefined {
  if (remoteAddress !== undefined) return remoteAddress
  return destroyed || localAddress !== undefined ? undefined : ''
}
