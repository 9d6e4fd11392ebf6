/** The socket on which a server listens. */
import type { Server } from 'node:net'

/** As Node passes it to another process. As long as one process has it, no connection that waits on it is lost. */
export interface ListeningSocket {
  readonly close: () => void
}

/** Node has a public name only for the server, and a process that receives a server accepts connections at once. */
export function socketOf(server: Server): ListeningSocket | undefined {
  return (server as Server & { readonly _handle?: ListeningSocket })._handle
}
