/**
 * The reasons of rejections: what happened, what to do, and which of them a client may see. The operator finds a reason in the log,
 * in the trace and in `countersign why`. `reasons/` has one file for each area.
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

/** A stable word for why a request was rejected. */
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

/** The explanation of each reason. */
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

/** The explanation of a stored reason; `undefined` for a reason of another version. */
export function explain(word: string): ReasonEntry | undefined {
  return new Map<string, ReasonEntry>(Object.entries(reasons)).get(word)
}
