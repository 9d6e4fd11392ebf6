/**
 * The words of rejections: what happened, what to do, and which of them a client may see. The operator finds a word in
 * the log, in the trace and in `countersign why`; the words stand in `reasons/`, a file for each area.
 */
import type { TokenRejectionReason } from '@countersign/guard/verifier'
import { authorizeReasons } from './reasons/authorize.ts'
import { clientReasons } from './reasons/client.ts'
import { formReasons } from './reasons/form.ts'
import { grantReasons } from './reasons/grant.ts'
import { loginReasons } from './reasons/login.ts'
import { pageReasons } from './reasons/page.ts'
import type { ReasonEntry } from './reasons/reason-entry.ts'
import { ownReasons, requestReasons } from './reasons/request.ts'
import { bearerReasons, verifierReasons } from './reasons/token.ts'

/** A stable word for why a request was refused. */
export type Reason =
  | keyof typeof loginReasons
  | keyof typeof formReasons
  | keyof typeof clientReasons
  | keyof typeof authorizeReasons
  | keyof typeof grantReasons
  | keyof typeof bearerReasons
  | TokenRejectionReason
  | keyof typeof pageReasons
  | keyof typeof requestReasons
  | keyof typeof ownReasons

/** What there is to say about each word. */
export const reasons: Readonly<Record<Reason, ReasonEntry>> = {
  ...loginReasons,
  ...formReasons,
  ...clientReasons,
  ...authorizeReasons,
  ...grantReasons,
  ...bearerReasons,
  ...verifierReasons,
  ...pageReasons,
  ...requestReasons,
  ...ownReasons,
}

/** What there is to say about a stored word; `undefined` for one of another version. */
export function explain(word: string): ReasonEntry | undefined {
  return new Map<string, ReasonEntry>(Object.entries(reasons)).get(word)
}
