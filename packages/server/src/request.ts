import type { Trace } from './trace/trace.ts'

/** What a handler sees of a request: the wire, already bounded and decoded by `http/`. */
export interface Request {
  /** Names this request in the answer's `x-request-id`, in the log and in `countersign why`. */
  readonly id: string
  readonly method: string
  /** The path as sent, not decoded. */
  readonly path: string
  /** The query string as sent, without `?`. */
  readonly query: string
  /** A header by its lower-case name. */
  readonly header: (name: string) => string | undefined
  /** A cookie's value. A name that came twice has none: whose it is can't be told. */
  readonly cookie: (name: string) => string | undefined
  /** The client's IP address: the peer, or what a trusted proxy says. */
  readonly address: string
  /** The body as text; empty for routes that take none. */
  readonly body: string
  /** Where the steps of this request are told. Write-only for handlers. */
  readonly trace: Trace
}
