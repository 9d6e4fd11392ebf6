/** Serves until a signal stops it. */

import { createServer } from 'node:net'
import { listen } from '../http/listen.ts'
import { urlOf } from '../http/url-of.ts'
import type { Server } from '../server.ts'
import { CommandError } from './command-error.ts'

/**
 * Opens the port, calls `announce` with the URL, and on SIGINT or SIGTERM stops after the running requests.
 * @throws CommandError when the port cannot be opened
 */
export async function run(server: Server, host: string, port: number, announce: (url: string) => void): Promise<void> {
  const listening = await listen(server.app, host, port, server.context.config).catch(
    async (error: NodeJS.ErrnoException) => {
      await server.close()
      throw new CommandError(portProblem(error, host, port))
    },
  )
  announce(urlOf(host, listening.port))
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
  server.context.traces.endWatches()
  await Promise.all([listening.close(), server.close()])
}

/**
 * Finds a free port: the issuer contains the port before the server listens.
 * @throws CommandError when the host is not an address of this machine
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

function portProblem(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is in use. Stop the program that uses it, or choose another port: PORT=${port + 1}`
  }
  if (error.code === 'EACCES') return `Port ${port} needs special rights. Choose a port above 1023: PORT=8000`
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return `HOST ${host} is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 for all addresses.`
  }
  return `The server cannot listen on ${host}:${port}: ${error.message}`
}
