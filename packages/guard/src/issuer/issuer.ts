/** The issuer as a guard knows it: its name, its metadata, its keys, and what it signed. */
import { requireTypeNamed } from '../jwt/header.ts'
import { chooseAmong, readSignedClaims } from '../jwt/signed-claims.ts'
import { type JsonObject, readMember } from '../jwt/strict-json.ts'
import type { KeySupply } from '../keys/key-supply.ts'
import { createKeySet, type VerificationKey } from '../keys/verification-key.ts'
import { describeValue, TokenRejected } from '../rejection.ts'
import type { KeptFresh } from './kept-fresh.ts'

export interface Issuer {
  /** What `iss` must be. */
  readonly identifier: string
  /** Its metadata (RFC 8414 §2). Rejects with `Refused` `issuer_unavailable`. */
  readonly metadata: () => Promise<JsonObject>
  /**
   * The claims of a JWT of that `typ` that the issuer signed; nothing but signature, `typ` and `iss` is checked.
   * Rejects with `TokenRejected`, or `Refused` when its keys are not to be had.
   */
  readonly verifyJwt: (jwt: string, type: string) => Promise<JsonObject>
}

export function createIssuer(identifier: string, metadata: KeptFresh<JsonObject>, keys: KeySupply): Issuer {
  async function verifyJwt(jwt: string, type: string): Promise<JsonObject> {
    const claims = await readClaims(jwt, type)
    const issuer = readMember(claims, 'iss')
    // RFC 7519 §4.1.1: compared whole, as text.
    if (issuer !== identifier) {
      throw new TokenRejected('issuer_mismatch', { expected: identifier, received: describeValue(issuer) })
    }
    return claims
  }

  async function readClaims(jwt: string, type: string): Promise<JsonObject> {
    const held = await keys.get()
    const requireType = (header: JsonObject) => requireTypeNamed(header, type)
    const read = (among: readonly VerificationKey[]) =>
      readSignedClaims(jwt, chooseAmong(createKeySet(among), requireType))
    try {
      return await read(held)
    } catch (error) {
      const renewed = await keys.renewFor(error, held)
      if (renewed === undefined) throw error
      return await read(renewed)
    }
  }

  return { identifier, metadata: async () => metadata.get(), verifyJwt }
}
