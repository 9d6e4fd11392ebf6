/** Reads what an issuer signed beside access tokens. */
import { requireTypeNamed } from '../jwt/header.ts'
import { chooseAmong, readSignedClaims } from '../jwt/signed-claims.ts'
import { type JsonObject, readMember } from '../jwt/strict-json.ts'
import type { FitKey } from '../keys/verification-key.ts'
import { mismatch } from '../token-rejection.ts'
import type { Issuer } from './issuer.ts'

/**
 * The claims of a JWT of that `typ` that the issuer signed; nothing but signature, `typ` and `iss` is checked.
 * Rejects with `TokenRejection`, or `TokenRejection` when its keys are not to be had.
 */
export async function verifyJwt({ identifier, keys }: Issuer, jwt: string, type: string): Promise<JsonObject> {
  const held = await keys.get()
  const claims = await readClaims(jwt, type, held).catch(async (error: unknown) => {
    const renewed = await keys.renewFor(error, held)
    if (renewed === undefined) throw error
    return await readClaims(jwt, type, renewed)
  })
  const issuer = readMember(claims, 'iss')
  // RFC 7519 §4.1.1: compared whole, as text.
  if (issuer === identifier) return claims
  throw mismatch('issuer_mismatch', identifier, issuer)
}

function readClaims(jwt: string, type: string, keys: readonly FitKey[]): Promise<JsonObject> {
  return readSignedClaims(
    jwt,
    chooseAmong(keys, (header) => requireTypeNamed(header, type)),
  )
}
