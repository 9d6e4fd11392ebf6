/** Serves until a signal stops it. */

import { createServer } from 'node:net'
import type { Log } from '../environment.ts'
import { listen } from '../http/listen.ts'
import { defaultGraceMs } from '../http/running.ts'
import { urlOf } from '../http/url-of.ts'
import type { Server } from '../server.ts'
import { CommandError } from './command-error.ts'
import { stopSignal } from './stop-signal.ts'

/** How long what is still open may keep the process after the stop. */
const lingerMs = 3000

/**
 * Opens the port, calls `announce` with the URL, and drains and stops at a signal. When something had to be cut off, the exit code is 1.
 * @throws CommandError when the port cannot be opened
 */
export async function run(server: Server, host: string, port: number, announce: (url: string) => void): Promise<void> {
  const { config, log, shutdown, traces } = server.context
  const listening = await listen(server.app, host, port, config).catch(async (error: NodeJS.ErrnoException) => {
    await server.close()
    throw new CommandError(portProblem(error, host, port))
  })
  const signal = stopSignal()
  announce(urlOf(host, listening.port))
  log.info({ signal: await signal, shutdownDelay: config.shutdownDelay }, 'stopping')
  shutdown.begin()
  traces.endWatches()
  await listening.drain(config.shutdownDelay * 1000, shutdown.isWatched)
  const haveEnded = await listening.close()
  if (!haveEnded) log.error({}, 'connections were cut off: their requests took longer than 10 seconds')
  const cutOff = await server.close(haveEnded ? defaultGraceMs : 0)
  if (!haveEnded || cutOff.length > 0) process.exit(1)
  exitInTime(log)
}

/** What is still open keeps the process: a connection to a database that does not answer, or what the configuration has opened. */
function exitInTime(log: Log): void {
  const exit = () => {
    log.error({ cutOff: process.getActiveResourcesInfo() }, 'ended, although these were still open')
    process.exit(1)
  }
  setTimeout(exit, lingerMs).unref()
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
