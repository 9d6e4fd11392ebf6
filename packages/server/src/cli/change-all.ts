/** One change of several users or clients. */
import { printable } from '../trace/format.ts'
import { print } from './terminal/print.ts'

/**
 * Changes each one, and prints what was done at the end: when the reader of the output stops, the process ends, and nothing must be
 * left to do then. When a change fails, those before it are printed.
 */
export async function changeAll<Thing>(
  things: Iterable<Thing>,
  change: (thing: Thing) => Promise<void>,
  sentence: (thing: Thing) => string,
): Promise<void> {
  const changed: Thing[] = []
  try {
    for (const thing of things) {
      await change(thing)
      changed.push(thing)
    }
  } finally {
    for (const thing of changed) print(printable(sentence(thing)))
  }
}
