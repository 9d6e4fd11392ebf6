import type { Trace } from './trace/trace.ts'

/** A request as handlers see it: `http/` has limited and decoded it. */
export interface Request {
  /** Its id in the response's `x-request-id`, in the log and in `countersign why`. */
  readonly id: string
  readonly method: string
  /** The path as sent, without decoding. */
  readonly path: string
  /** The query string as sent, without `?`. */
  readonly query: string
  /** A header by its lower-case name. */
  readonly header: (name: string) => string | undefined
  /** A cookie's value. A name that was sent twice has no value, because its origin is not known. */
  readonly cookie: (name: string) => string | undefined
  /** The client's IP address: the peer's, or the one that a trusted proxy reports. */
  readonly address: string
  /** The body as text; empty for routes without a body. */
  readonly body: string
  /** Records the steps of this request. Handlers only write to it. */
  readonly trace: Trace
}
