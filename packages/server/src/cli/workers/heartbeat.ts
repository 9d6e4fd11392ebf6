/** Finds workers whose event loop stands still: they keep their connections, and the system gives them more. */
import type { Log } from '../../environment.ts'
import type { WorkerProcess } from './worker-process.ts'

const intervalMs = 5000
/** Counted in intervals of this process, not by a clock: when it was stopped together with the worker, or the machine slept, nothing has been missed. */
const maxMissed = 6

export interface Heartbeat {
  /** The worker has responded. */
  readonly note: (worker: WorkerProcess) => void
  readonly end: () => void
}

/** Kills a worker that responds to nothing for half a minute. `serving` returns those that must respond. */
export function startHeartbeat(serving: () => readonly WorkerProcess[], log: Log): Heartbeat {
  const missed = new WeakMap<WorkerProcess, number>()
  const timer = setInterval(() => {
    for (const worker of serving()) {
      const count = missed.get(worker) ?? 0
      if (count >= maxMissed) {
        const facts = { worker: worker.number, workerPid: worker.pid, seconds: (maxMissed * intervalMs) / 1000 }
        log.error(facts, 'the worker does not respond: it is killed')
        worker.kill()
      }
      missed.set(worker, count + 1)
      worker.tell({ type: 'ping' })
    }
  }, intervalMs)
  return {
    note: (worker) => missed.set(worker, 0),
    end: () => clearInterval(timer),
  }
}
