/** The port of the server: whether it can be opened, and the message when it cannot. */
import { createServer } from 'node:net'
import { CommandError } from './command-error.ts'

/**
 * Returns `port` when it is free, or for 0 the number of one that is: the issuer contains the port before the server listens.
 * @throws CommandError when it is taken, or the host is not an address of this machine
 */
export function freePort(host: string, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => reject(new CommandError(portProblem(error, host, port))))
    probe.listen(port, host, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })
}

export function portProblem(error: NodeJS.ErrnoException, host: string, port: number): string {
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
