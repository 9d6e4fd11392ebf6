/** A core that Linux writes of this process has none of its memory, where secrets are: docs/decisions/0101-memory-stays-out-of-cores.md. */
import { writeFileSync } from 'node:fs'

/** Which kinds of memory a core has (core(5)). It stays when the process is replaced, and child processes inherit it. */
const filter = '/proc/self/coredump_filter'

export function keepMemoryOutOfCores(): void {
  if (process.platform !== 'linux') return
  try {
    writeFileSync(filter, '0')
  } catch {
    // A sandbox has no such file, or forbids to write it. Nothing tells that beforehand, and it is no reason not to serve.
  }
}
