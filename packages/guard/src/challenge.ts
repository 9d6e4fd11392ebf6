/** What `guard.check` throws: everything that the answer to a refused request needs (RFC 6750 §3). */
import { challengeBrand } from './is-challenge.ts'
import type { RefusalReason } from './refused.ts'

/** How a refused request is to be answered. */
export interface ChallengeAnswer {
  readonly status: 400 | 401 | 403 | 503
  /** By lower-case name: content-type, cache-control, and www-authenticate or retry-after. */
  readonly headers: Readonly<Record<string, string>>
  /** To be sent as JSON. Holds nothing of the token. */
  readonly body: Readonly<Record<string, string>>
}

/** Why, for logs: never sent to the client. */
export interface ChallengeReason {
  /** A stable word. */
  readonly reason: RefusalReason
  /** What the guard wanted, short and printable. */
  readonly expected?: string | undefined
  /** What the request had, short and printable: no token, no secret. */
  readonly received?: string | undefined
  readonly cause?: unknown
}

/** A refused request. `status`, `headers` and `body` are its answer; `reason`, `expected` and `received` are for logs. */
export class Challenge extends Error {
  override readonly name = 'Challenge'
  readonly status: ChallengeAnswer['status']
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, string>>
  readonly reason: RefusalReason
  readonly expected: string | undefined
  readonly received: string | undefined

  constructor(answer: ChallengeAnswer, why: ChallengeReason) {
    // An Error takes the cause, where there is one.
    super(`${answer.status} ${why.reason}`, why)
    Object.defineProperty(this, challengeBrand, { value: true })
    this.status = answer.status
    this.headers = answer.headers
    this.body = answer.body
    this.reason = why.reason
    this.expected = why.expected
    this.received = why.received
  }

  /** The answer as a web-standard response. */
  toResponse(): Response {
    return new Response(JSON.stringify(this.body), { status: this.status, headers: this.headers })
  }
}
