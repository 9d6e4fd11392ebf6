/** A bounded number of worker threads behind a bounded queue: what arrives past both is turned away at once. */

import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'

/** The pool and its queue are full: the server answers 503 with Retry-After. */
export class PoolBusy extends Error {
  override readonly name = 'PoolBusy'
  constructor() {
    super('the pool and its queue are full')
  }
}

/** The pool was closed before the task could be done. */
export class PoolClosed extends Error {
  override readonly name = 'PoolClosed'
  constructor() {
    super('the pool is closed')
  }
}

/** The thread ended while it had the task; `cause` is its error, if it gave one. */
export class WorkerFailed extends Error {
  override readonly name = 'WorkerFailed'
}

export interface WorkerPoolOptions {
  /** The module that each thread runs: it answers every message with exactly one message. */
  readonly script: URL
  /** The most threads, each with at most one task. A thread starts when there is a task and no idle one. */
  readonly size: number
  /** The most tasks that wait for a thread. */
  readonly queueLimit: number
}

// Hashing works in native memory: the heaps of the threads stay small. A thread that outgrows them ends and is replaced.
const resourceLimits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 1 }

interface Job<Task, Answer> {
  readonly task: Task
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

/**
 * The environment of a thread: none, for the secrets of the configuration have no business there. When the process keeps
 * a compile cache the thread keeps one inside it, and so does without a type stripper of its own (about 15 MB each).
 */
function environment(): NodeJS.ProcessEnv {
  const directory = getCompileCacheDir()
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: directory }
}

export class WorkerPool<Task, Answer> {
  readonly #options: WorkerPoolOptions
  readonly #idle = new Set<Worker>()
  readonly #busy = new Map<Worker, Job<Task, Answer>>()
  readonly #queue: Job<Task, Answer>[] = []
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

  /** Has the task done by a thread. Rejects with `PoolBusy`, `PoolClosed` or `WorkerFailed`. */
  run(task: Task): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    if (this.#isClosed) reject(new PoolClosed())
    else if (this.running >= this.#options.size && this.queued >= this.#options.queueLimit) reject(new PoolBusy())
    else {
      this.#queue.push({ task, resolve, reject })
      this.#dispatch()
    }
    return promise
  }

  /** Ends every thread, after the native call that it may be in. What was running or queued rejects with `PoolClosed`. */
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
      const worker = idle ?? this.#start()
      this.#idle.delete(worker)
      this.#busy.set(worker, job)
      // A thread keeps the process alive only while it has a task.
      worker.ref()
      worker.postMessage(job.task)
    }
  }

  #start(): Worker {
    const worker = new Worker(this.#options.script, { env: environment(), execArgv: [], resourceLimits })
    worker.on('message', (answer: Answer) => this.#finish(worker, answer))
    worker.on('error', (cause) => this.#abandon(worker, cause))
    worker.on('exit', () => this.#abandon(worker))
    return worker
  }

  #finish(worker: Worker, answer: Answer): void {
    const job = this.#busy.get(worker)
    if (!job) return
    this.#busy.delete(worker)
    this.#idle.add(worker)
    worker.unref()
    job.resolve(answer)
    this.#dispatch()
  }

  /** Forgets a thread that has ended. The next task, waiting or to come, starts another in its place. */
  #abandon(worker: Worker, cause?: unknown): void {
    const job = this.#busy.get(worker)
    this.#busy.delete(worker)
    this.#idle.delete(worker)
    job?.reject(new WorkerFailed('a worker thread ended before it answered', { cause }))
    this.#dispatch()
  }
}
