/** Serves until it is to stop. */

import { type Listening, type ListenSettings, listen } from '../http/listen.ts'
import { defaultGraceMs } from '../http/running.ts'
import { urlOf } from '../http/url-of.ts'
import type { Server } from '../server.ts'
import { CommandError } from './command-error.ts'
import { exitInTime, failAfterLog } from './exit-in-time.ts'
import { portProblem } from './port.ts'

/** Seconds that a replaced process goes on serving at most. */
const maxLeave = 5
/** How long the requests of a replaced process may take. Nobody waits for its end, and on a busy machine its replacement takes the processor from it. */
const leaveGraceMs = 20_000

export interface Run extends Pick<ListenSettings, 'sharesPort' | 'socket'> {
  readonly host: string
  readonly port: number
  /** Called with the URL when the port is open. Resolves when the process is to stop. */
  readonly untilStop: (url: string, socket: Listening['socket']) => Promise<Ending>
}

/** `replaced`: another process goes on at the same port, so the server as a whole does not stop. `handed_over`: at the same socket, too. */
export type Ending = 'stopped' | 'replaced' | 'handed_over'

/**
 * Opens the port, and drains and stops after `untilStop`. When something had to be cut off, the exit code is 1.
 * @throws CommandError when the port cannot be opened
 */
export async function run(server: Server, { host, port, untilStop, ...shared }: Run): Promise<void> {
  const { config, log, shutdown, traces } = server.context
  const settings = { keepAliveTimeout: config.keepAliveTimeout, ...shared }
  const listening = await listen(server.app, host, port, settings).catch(async (error: NodeJS.ErrnoException) => {
    await server.close()
    throw new CommandError(portProblem(error, host, port))
  })
  const ending = await untilStop(urlOf(host, listening.port), listening.socket)
  traces.endWatches()
  if (ending === 'handed_over') listening.release()
  if (ending === 'stopped') {
    shutdown.begin()
    await listening.drain(config.shutdownDelay * 1000, shutdown.isWatched)
  } else {
    // Load balancers have nothing to notice: only the connections of the proxy are to end after a response.
    await listening.drain(Math.min(config.shutdownDelay, maxLeave) * 1000, () => false)
  }
  const graceMs = ending === 'stopped' ? defaultGraceMs : leaveGraceMs
  const begunMs = performance.now()
  const haveEnded = await listening.close(graceMs)
  if (!haveEnded) log.error({}, `connections were cut off: their requests took longer than ${graceMs / 1000} seconds`)
  // What still runs without a connection has the rest of that time, not as much again.
  const restMs = haveEnded ? graceMs - (performance.now() - begunMs) : 0
  const cutOff = await server.close(Math.max(0, restMs))
  if (!haveEnded || cutOff.length > 0) failAfterLog()
  else exitInTime(log)
}
