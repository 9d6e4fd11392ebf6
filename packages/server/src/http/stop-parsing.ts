/** Stops the parser of a connection that ends. */
import type { Socket } from 'node:net'

/** Node's parser, which has no public name. It calls `onIncoming` for each request. */
interface Parser {
  onIncoming: () => number
}

/** Tells the parser that what follows is another protocol, which it does not read. */
const notHttp = 2

/**
 * Otherwise the parser goes on to the end of what was read together, and makes objects of each request, which nobody will handle: of 64 KiB up to 3600
 * requests, which take 15 MB until the turn of the event loop ends.
 */
export function stopParsing(socket: Socket): void {
  const { parser } = socket as Socket & { readonly parser?: Parser | null }
  if (parser) parser.onIncoming = () => notHttp
}
