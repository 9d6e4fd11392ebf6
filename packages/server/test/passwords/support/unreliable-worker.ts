/** A worker that echoes its tasks, but fails in the way that a task names. */

import { parentPort } from 'node:worker_threads'

const port = parentPort
port?.on('message', (task: string) => {
  switch (task) {
    case 'throw':
      throw new Error('thrown by the worker')
    case 'exit':
      return process.exit(1)
    case 'outgrow': {
      const kept: string[][] = []
      for (;;) kept.push(Array.from({ length: 10_000 }, (_, index) => `${kept.length} ${index}`))
    }
    case 'environment':
      return port.postMessage(JSON.stringify(process.env))
    default:
      return port.postMessage(task)
  }
})
