/** The thread that hashes: it does one task of the pool at a time. An error ends it, and the pool replaces it. */

import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { hashPassword } from './hash.ts'
import { type Verification, verifyPassword } from './verify-password.ts'
import { wrapHash } from './wrap.ts'

/** What the pool sends to a worker. */
export type PasswordTask =
  | { readonly type: 'verify'; readonly hash: string | null; readonly password: string }
  | { readonly type: 'hash'; readonly password: string }
  | { readonly type: 'wrap'; readonly hash: string }

/** What a worker sends back, by the type of the task: a verification or a new hash. */
export type PasswordResult = Verification | string

/** The nice value of hashing threads: with the event loop at 0, the scheduler serves the event loop first. */
const nice = 10

yieldToEventLoop()

const port = parentPort
port?.on('message', (task: PasswordTask) => port.postMessage(perform(task)))

function perform(task: PasswordTask): PasswordResult {
  switch (task.type) {
    case 'verify':
      return verifyPassword(task.hash, task.password)
    case 'hash':
      return hashPassword(task.password)
    case 'wrap':
      return wrapHash(task.hash)
  }
}

/** Lowers the priority of this thread only. Linux accepts a thread id for that. On other systems, or without the right, nothing changes. */
function yieldToEventLoop(): void {
  if (process.platform !== 'linux') return
  try {
    const [, threadId] = /\/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self')) ?? []
    if (threadId) setPriority(Number(threadId), nice)
  } catch {
    // Without /proc, or with a lower priority already, hashing works too.
  }
}
