/** strace, which traces the system calls of a process and changes what the kernel answers. */
import { findProgram } from '../../packages/server/test/support/programs.ts'

export const howToGetStrace = 'strace is missing. Install it on Linux (Debian: apt-get install strace).'

/** Its path; `undefined` where there is none. */
export function findStrace(): string | undefined {
  return process.platform === 'linux' ? findProgram('strace') : undefined
}
