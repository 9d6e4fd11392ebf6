/** The port of the server: whether it can be opened, and the message when it cannot. */
import { type AddressInfo, connect, createServer } from 'node:net'
import { addressOf } from '../http/url-of.ts'
import { CommandError } from './command-error.ts'

/** Milliseconds that a connection on this machine may take. */
const connectTimeoutMs = 1000

export interface FreePort {
  readonly port: number
  /** Call it right before the port is opened: until then no other program gets it. */
  readonly release: () => void
}

/**
 * A port that is free: the issuer contains the port before the server listens.
 * @throws CommandError when the host is not an address of this machine
 */
export function freePort(host: string): Promise<FreePort> {
  return new Promise((resolve, reject) => {
    const holder = createServer((socket) => socket.destroy()).unref()
    holder.once('error', (error: NodeJS.ErrnoException) => reject(new CommandError(portProblem(error, host, 0))))
    holder.listen(0, host, () => {
      const { port } = holder.address() as AddressInfo
      resolve({ port, release: () => holder.close() })
    })
  })
}

/**
 * Returns the port that several processes are to open together, where each would open one that is in use. To open it as a test would reset the
 * connections that a proxy makes at that moment.
 * @throws CommandError when a server listens there
 */
export async function portToShare(host: string, port: number): Promise<number> {
  if (port === 0) {
    const found = await freePort(host)
    found.release()
    return found.port
  }
  if (await acceptsConnections(host, port))
    throw new CommandError(portProblem({ code: 'EADDRINUSE', message: '' }, host, port))
  return port
}

function acceptsConnections(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: addressOf(host), port, timeout: connectTimeoutMs })
    const end = (isAccepted: boolean) => {
      socket.destroy()
      resolve(isAccepted)
    }
    // A connection to a free port may come from that port, and then meets itself.
    socket.once('connect', () => end(socket.localPort !== port))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
}

export function portProblem(
  error: Pick<NodeJS.ErrnoException, 'code' | 'message'>,
  host: string,
  port: number,
): string {
  if (error.code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is in use. Stop the program that uses it, or choose another port: PORT=${port + 1}`
  }
  if (error.code === 'EACCES') return `Port ${port} needs special rights. Choose a port above 1023: PORT=8000`
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return `HOST ${host} is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 for all addresses.`
  }
  return `The server cannot listen on ${host}:${port}: ${error.message}`
}

export function metricsPortProblem(error: Error, host: string): CommandError {
  return new CommandError(`The port of METRICS_PORT cannot be opened on ${host}: ${error.message}`)
}
