/** A few connections for searches, each used by one call at a time. A connection that has failed or has been idle for long is not used again. */
import type { Clock } from '../../../environment.ts'
import type { Connection } from './connection.ts'
import { type Searches, searchesOn } from './searches.ts'

export interface Pool {
  /** Runs a call on a connection, which it has for itself. @throws what connecting or the call throws */
  readonly use: <Result>(signal: AbortSignal, call: (searches: Searches) => Promise<Result>) => Promise<Result>
  readonly close: () => Promise<void>
}

export const maxConnections = 5
/** Seconds. Networks forget connections on which nobody speaks, without a word. */
const maxIdle = 60

export function createPool(connect: (signal: AbortSignal) => Promise<Connection>, now: Clock): Pool {
  const idle: { readonly connection: Connection; readonly since: number }[] = []
  const waiting: (() => void)[] = []
  let inUse = 0
  let isClosed = false

  async function takePlace(signal: AbortSignal): Promise<void> {
    if (inUse < maxConnections) {
      inUse++
      return
    }
    const turn = Promise.withResolvers<void>()
    const onAbort = () => {
      const index = waiting.indexOf(turn.resolve)
      if (index >= 0) waiting.splice(index, 1)
      turn.reject(new Error(`all ${maxConnections} connections to the LDAP server are in use`))
    }
    waiting.push(turn.resolve)
    signal.addEventListener('abort', onAbort, { once: true })
    await turn.promise.finally(() => signal.removeEventListener('abort', onAbort))
  }

  /** The place goes to who has waited longest. */
  function leavePlace(): void {
    const next = waiting.shift()
    if (next) next()
    else inUse--
  }

  function takeIdle(): Connection | undefined {
    for (let last = idle.pop(); last; last = idle.pop()) {
      if (last.connection.isOpen() && now() - last.since < maxIdle) return last.connection
      last.connection.end()
    }
    return undefined
  }

  return {
    use: async (signal, call) => {
      signal.throwIfAborted()
      await takePlace(signal)
      try {
        const connection = takeIdle() ?? (await connect(signal))
        try {
          const result = await connection.during(signal, () => call(searchesOn(connection)))
          if (isClosed) connection.end()
          else idle.push({ connection, since: now() })
          return result
        } catch (error) {
          connection.end()
          throw error
        }
      } finally {
        leavePlace()
      }
    },
    close: async () => {
      isClosed = true
      for (const { connection } of idle.splice(0)) connection.end()
    },
  }
}
