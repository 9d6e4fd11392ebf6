/** What `guard.check` throws: everything that the response to a rejected request needs (RFC 6750 §3). */
import type { RejectionReason } from './token-rejection.ts'

/** Registered: two copies of this package in one program recognize each other's rejections, which `instanceof` would not. */
const rejectionBrand: unique symbol = Symbol.for('@countersign/guard/rejection')

/** Whether an error is a rejection, from any copy of this package: `if (isRejection(error)) return error.toResponse()`. */
export function isRejection(error: unknown): error is Rejection {
  return typeof error === 'object' && error !== null && rejectionBrand in error
}

/** The response to a rejected request. */
export interface RejectionResponse {
  readonly status: 400 | 401 | 403 | 503
  /** By lower-case name: content-type, cache-control, and www-authenticate or retry-after. */
  readonly headers: Readonly<Record<string, string>>
  /** Sent as JSON. Contains nothing of the token. */
  readonly body: Readonly<Record<string, string>>
}

/** Why the request is rejected, for logs: never sent to the client. */
export interface RejectionDetails {
  /** A stable word. */
  readonly reason: RejectionReason
  /** What the guard expected, short and printable. */
  readonly expected?: string | undefined
  /** What the request had, short and printable: no token, no secret. */
  readonly received?: string | undefined
  /** The underlying failure, if any. With the status 503, the error that kept the guard from deciding. */
  readonly cause?: unknown
}

/** A rejected request. `status`, `headers` and `body` are the response; `reason`, `expected` and `received` are for logs. */
export class Rejection extends Error {
  override readonly name = 'Rejection'
  readonly status: RejectionResponse['status']
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, string>>
  readonly reason: RejectionReason
  readonly expected: string | undefined
  readonly received: string | undefined

  constructor(response: RejectionResponse, details: RejectionDetails) {
    // Error takes the cause from the details, if there is one.
    super(`${response.status} ${details.reason}`, details)
    Object.defineProperty(this, rejectionBrand, { value: true })
    this.status = response.status
    this.headers = response.headers
    this.body = response.body
    this.reason = details.reason
    this.expected = details.expected
    this.received = details.received
  }

  /** The response as a web-standard `Response`. */
  toResponse(): Response {
    return new Response(JSON.stringify(this.body), { status: this.status, headers: this.headers })
  }
}
