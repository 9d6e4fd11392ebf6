/** One connection to a server. It is encrypted and has its identity before anything else is sent, and it never connects again by itself. */
import { connect as connectSocket, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Client } from 'ldapts'
import type { LdapServer } from './server.ts'

export type Ldapts = typeof import('ldapts')

export interface Connection {
  readonly client: Client
  readonly isOpen: () => boolean
  /** Says goodbye to the server. */
  readonly end: () => void
  /** Runs a call, which fails when the signal is aborted. The connection is then closed. */
  readonly during: <Result>(signal: AbortSignal, call: (client: Client) => Promise<Result>) => Promise<Result>
}

/** A connection that nobody has logged in to. `ldapts` connects with the first call, which is `bind` or StartTLS. */
export function newConnection({ Client }: Ldapts, { url, transport, tls }: LdapServer): Connection {
  let socket: Socket | undefined
  let isClosed = false
  const keep = <Kind extends Socket>(made: Kind): Kind => {
    socket = made
    made.setKeepAlive(true)
    made.once('close', () => {
      isClosed = true
    })
    return made
  }
  const client = new Client({
    url,
    ...(transport === 'tls' && { tlsOptions: tls }),
    // `ldapts` calls them in this form alone, and declares them with all those of Node's functions.
    createConnection: ((port: number, host: string) => keep(connectSocket(port, host))) as typeof connectSocket,
    ...(transport === 'tls' && {
      createSecureConnection: ((port: number, host: string) => keep(connectTls(port, host, tls))) as typeof connectTls,
    }),
  })
  return {
    client,
    isOpen: () => client.isConnected && !isClosed,
    end: () => void client.unbind().catch(() => {}),
    during: async (signal, call) => {
      signal.throwIfAborted()
      // `ldapts` would connect again, without TLS and without an identity.
      if (isClosed) throw new Error('the connection was closed')
      const aborted = Promise.withResolvers<never>()
      const onAbort = () => {
        const error = new Error('the LDAP server did not respond in time')
        socket?.destroy(error)
        aborted.reject(error)
      }
      signal.addEventListener('abort', onAbort, { once: true })
      try {
        return await Promise.race([call(client), aborted.promise])
      } finally {
        signal.removeEventListener('abort', onAbort)
      }
    },
  }
}
