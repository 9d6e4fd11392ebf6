/** Where the failures of a web login go when the app sets no `onError`: to the console, so that none goes unnoticed. */
import type { ClientError } from '../errors.ts'

/** The message alone, which has no secret: a cause is whatever a session store has thrown. */
export function reportOnConsole({ code, message }: ClientError): void {
  // biome-ignore lint/suspicious/noConsole: an app without onError has no other log.
  console.error(`@countersign/client: ${message} (${code})`)
}
