/** The log on a standard stream. It goes on when lines cannot be written, such as to a file on a full disk. */
import { pino } from 'pino'
import type { Log } from '../environment.ts'

/** Characters that wait to be written. Lines beyond them are dropped. */
const maxLength = 1024 * 1024

/** Bytes written at once, unless a line is longer. POSIX keeps so much in one piece in a pipe that several processes write to. */
const maxWrite = 4096

export interface LogOutput {
  /** 1 is standard output, 2 standard error. @default 1 */
  readonly descriptor?: 1 | 2
  /** What stands in each line. @default nothing more */
  readonly facts?: object
}

/** @default level 'info' */
export function standardLog(level = 'info', { descriptor = 1, facts = {} }: LogOutput = {}): Log {
  const output = pino.destination({ dest: descriptor, sync: false, maxLength, maxWrite })
  // Without a listener, a line that cannot be written ends the process. It is written with the next one that can be.
  output.on('error', () => {})
  // At the exit it would wait until there is room. What can be written has been: a write that runs keeps the process alive.
  output.flushSync = () => {}
  return pino({ level }, output).child(facts)
}
