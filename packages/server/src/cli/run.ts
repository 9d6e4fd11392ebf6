/** Listens until a signal asks it to stop. */

import { createServer } from 'node:net'
import { listen } from '../http/listen.ts'
import type { Countersign } from '../server.ts'
import { CommandError } from './command-error.ts'

/**
 * Opens the port, calls `announce` with the URL, and stops on SIGINT or SIGTERM after the running requests.
 * @throws CommandError when the port can't be had
 */
export async function run(
  server: Countersign,
  host: string,
  port: number,
  announce: (url: string) => void,
): Promise<void> {
  const listening = await listen(server.app, host, port).catch(async (error: NodeJS.ErrnoException) => {
    await server.close()
    throw new CommandError(portProblem(error, host, port))
  })
  announce(urlOf(host, listening.port))
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
  server.context.traces.endWatches()
  await listening.close()
  await server.close()
}

/**
 * A port that nothing listens on now: the issuer names its port before the server can listen.
 * @throws CommandError when the host is not this machine's
 */
export function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => reject(new CommandError(portProblem(error, host, 0))))
    probe.listen(0, host, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** How to reach a server that listens on `host`: a wildcard address is reached by loopback from here. */
export function urlOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  const url = `http://${name}:${port}`
  // An issuer is written as a clean URL, which leaves port 80 out.
  return URL.canParse(url) ? new URL(url).origin : url
}

function portProblem(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is taken. Stop the program that holds it, or choose another one: PORT=${port + 1}`
  }
  if (error.code === 'EACCES') return `Port ${port} needs special rights. Choose one above 1023: PORT=8000`
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return `HOST ${host} is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 for all.`
  }
  return `The server can't listen on ${host}:${port}: ${error.message}`
}
