/** Stops the parser of a connection that ends. */
import type { Socket } from 'node:net'

/** Of Node, without a public name: it calls `onIncoming` for each request. */
interface Parser {
  onIncoming: () => number
}

/** For the parser: what follows is another protocol. */
const notHttp = 2

/**
 * No more requests are made of what is read. Otherwise the parser goes on to the end of what was read together, and makes objects of each request that
 * nobody will handle: of 64 KiB up to 3600 requests, which take 15 MB until the turn of the event loop ends.
 */
export function stopParsing(socket: Socket): void {
  const { parser } = socket as Socket & { readonly parser?: Parser | null }
  if (parser) parser.onIncoming = () => notHttp
}
