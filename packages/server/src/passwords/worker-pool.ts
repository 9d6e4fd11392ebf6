/** A bounded number of worker threads behind a bounded queue: a task beyond both is rejected at once. Not Piscina: see docs/decisions/0032. */

import * as nodeModule from 'node:module'
import { Worker } from 'node:worker_threads'

/** The pool and its queue are full: the server responds 503 with Retry-After. */
export class PoolBusy extends Error {
  override readonly name = 'PoolBusy'
  constructor() {
    super('the pool and its queue are full')
  }
}

/** The pool was closed before the task was done. */
export class PoolClosed extends Error {
  override readonly name = 'PoolClosed'
  constructor() {
    super('the pool is closed')
  }
}

/** The thread ended before the task was done; `cause` is its error, if it had one. */
export class WorkerFailed extends Error {
  override readonly name = 'WorkerFailed'
}

export interface WorkerPoolOptions {
  /** The module that each thread runs: it responds to every message with exactly one message. */
  readonly script: URL
  /** Maximum number of threads, each with at most one task. A thread starts when a task finds no idle one. */
  readonly size: number
  /** Maximum number of tasks that wait for a thread. */
  readonly queueLimit: number
}

// Hashing works in native memory, so a small heap is enough. A thread that needs more ends and is replaced.
const resourceLimits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 1 }

interface Job<Task, Result> {
  readonly task: Task
  readonly resolve: (result: Result) => void
  readonly reject: (error: Error) => void
}

/**
 * The environment of a thread: empty, because no secret of the configuration belongs there. When the process has a compile
 * cache, the thread uses it too, and so does not load a type stripper (about 15 MB for each thread).
 */
function threadEnvironment(): NodeJS.ProcessEnv {
  // Deno does not have it.
  const directory = nodeModule.getCompileCacheDir?.()
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: directory }
}

export class WorkerPool<Task, Result> {
  readonly #options: WorkerPoolOptions
  readonly #idle = new Set<Worker>()
  readonly #busy = new Map<Worker, Job<Task, Result>>()
  readonly #queue: Job<Task, Result>[] = []
  #isClosed = false

  constructor(options: WorkerPoolOptions) {
    this.#options = options
  }

  /** Tasks that a thread is doing. */
  get running(): number {
    return this.#busy.size
  }

  /** Tasks that wait for a thread. */
  get queued(): number {
    return this.#queue.length
  }

  /** Runs the task in a thread. Rejects with `PoolBusy`, `PoolClosed` or `WorkerFailed`. */
  run(task: Task): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    if (this.#isClosed) reject(new PoolClosed())
    else if (this.running >= this.#options.size && this.queued >= this.#options.queueLimit) reject(new PoolBusy())
    else {
      this.#queue.push({ task, resolve, reject })
      this.#dispatch()
    }
    return promise
  }

  /** Ends every thread, after the native call that it may be in. Running and queued tasks reject with `PoolClosed`. */
  async close(): Promise<void> {
    this.#isClosed = true
    const jobs = [...this.#busy.values(), ...this.#queue.splice(0)]
    const workers = [...this.#busy.keys(), ...this.#idle]
    this.#busy.clear()
    this.#idle.clear()
    for (const job of jobs) job.reject(new PoolClosed())
    await Promise.all(workers.map((worker) => worker.terminate()))
  }

  #dispatch(): void {
    while (this.running < this.#options.size) {
      const job = this.#queue.shift()
      if (!job) return
      const [idle] = this.#idle
      const worker = idle ?? this.#tryStart(job)
      if (!worker) continue
      this.#idle.delete(worker)
      this.#busy.set(worker, job)
      // A thread keeps the process alive only while it has a task.
      worker.ref()
      worker.postMessage(job.task)
    }
  }

  /** Rejects the job where the system gives no more threads: an event may have led here, and an error there would end the process. */
  #tryStart(job: Job<Task, Result>): Worker | undefined {
    try {
      return this.#start()
    } catch (cause) {
      job.reject(new WorkerFailed('a worker thread could not be started', { cause }))
      return undefined
    }
  }

  #start(): Worker {
    const worker = new Worker(this.#options.script, { env: threadEnvironment(), execArgv: [], resourceLimits })
    worker.on('message', (result: Result) => this.#finish(worker, result))
    worker.on('error', (cause) => this.#abandon(worker, cause))
    worker.on('exit', () => this.#abandon(worker))
    return worker
  }

  #finish(worker: Worker, result: Result): void {
    const job = this.#busy.get(worker)
    if (!job) return
    this.#busy.delete(worker)
    this.#idle.add(worker)
    worker.unref()
    job.resolve(result)
    this.#dispatch()
  }

  /** Removes a thread that has ended. The next task starts another one in its place. */
  #abandon(worker: Worker, cause?: unknown): void {
    const job = this.#busy.get(worker)
    this.#busy.delete(worker)
    this.#idle.delete(worker)
    job?.reject(new WorkerFailed('a worker thread ended before its task was done', { cause }))
    this.#dispatch()
  }
}
