/** Decodes input as text. */
import { CommandError } from './command-error.ts'

/** Decodes UTF-8 in pieces, without the byte order mark. `what` names the source in messages. */
export function utf8Decoder(what: string): (bytes?: Uint8Array) => string {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  return (bytes) => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode()
    } catch {
      throw new CommandError(`${what} is not valid UTF-8.`)
    }
  }
}
