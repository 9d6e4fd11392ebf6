/** An issuer: its identifier, its metadata, its keys. */
import type { JsonObject } from '../jwt/strict-json.ts'
import type { KeySupply } from '../keys/key-supply.ts'
import type { KeptFresh } from './kept-fresh.ts'

/** An issuer without its keys. */
export interface KnownIssuer {
  /** The required value of `iss`. */
  readonly identifier: string
  /** Its metadata (RFC 8414 §2). Rejects with TokenRejection `issuer_unavailable`. */
  readonly metadata: KeptFresh<JsonObject>
}

export interface Issuer extends KnownIssuer {
  readonly keys: KeySupply
}
