/** Calls the option `onEvent`. No request waits for it or fails because of it. */
import type { Emit, EventListener, Occurrence } from '../domain/event.ts'
import type { Clock, Log } from '../environment.ts'
import type { Request } from '../request.ts'

export function emitTo(listener: EventListener | undefined, log: Log): Emit {
  if (!listener) return () => {}
  const report = (err: unknown, type: string) => log.error({ err, event: type }, 'onEvent failed')
  return (event) => {
    try {
      Promise.resolve(listener(structuredClone(event))).catch((error: unknown) => report(error, event.type))
    } catch (error) {
      report(error, event.type)
    }
  }
}

/** When and at which request an event happens. */
export function occurrence({ now }: { readonly now: Clock }, { id }: Pick<Request, 'id'>): Occurrence {
  return { requestId: id, happenedAt: Math.floor(now()) }
}
