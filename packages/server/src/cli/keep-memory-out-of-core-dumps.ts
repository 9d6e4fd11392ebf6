/** Keeps this process's memory, which has secrets, out of core dumps on Linux: docs/decisions/0101-memory-stays-out-of-core-dumps.md. */
import { writeFileSync } from 'node:fs'

/** Which kinds of memory are dumped (core(5)). It is kept when the process is replaced, and child processes inherit it. */
const filter = '/proc/self/coredump_filter'

export function keepMemoryOutOfCoreDumps(): void {
  if (process.platform !== 'linux') return
  try {
    writeFileSync(filter, '0')
  } catch {
    // A sandbox may lack the file or forbid writing it. It cannot be known beforehand, and is no reason not to serve.
  }
}
