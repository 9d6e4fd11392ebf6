/** The issuer as a guard knows it: its name, its metadata, its keys. */
import type { JsonObject } from '../jwt/strict-json.ts'
import type { KeySupply } from '../keys/key-supply.ts'
import type { KeptFresh } from './kept-fresh.ts'

/** An issuer whose keys are still to be found. */
export interface KnownIssuer {
  /** What `iss` must be. */
  readonly identifier: string
  /** Its metadata (RFC 8414 §2). Fetching them fails with `TokenRejection` `issuer_unavailable`. */
  readonly metadata: KeptFresh<JsonObject>
}

export interface Issuer extends KnownIssuer {
  readonly keys: KeySupply
}
