/** Verifies what an issuer signs besides access tokens. */
import { runChecks, signatureChecks } from '../jwt/checks.ts'
import { type JsonObject, readMember } from '../jwt/strict-json.ts'
import type { FitKey } from '../keys/verification-key.ts'
import { mismatch } from '../token-rejection.ts'
import type { Issuer } from './issuer.ts'

/** The limits of what is fetched bound the length. */
const maxTokenLength = Number.POSITIVE_INFINITY

/** In seconds: the keys may be fetched for each of these, which come from the issuer itself, and not from anybody as tokens do. */
const cooldown = 0

/**
 * The claims of a JWT of that `typ` that the issuer signed. Checks the signature, `typ` and `iss` only.
 * Rejects with `TokenRejection`, also when the keys are unavailable.
 */
export async function verifyJwt({ identifier, keys }: Issuer, jwt: string, type: string): Promise<JsonObject> {
  const known = await keys.get()
  const claims = await readClaims(jwt, type, known).catch(async (error: unknown) => {
    const renewed = await keys.renewFor(error, known, cooldown)
    if (renewed === undefined) throw error
    return await readClaims(jwt, type, renewed)
  })
  const issuer = readMember(claims, 'iss')
  // RFC 7519 §4.1.1: compared as a whole.
  if (issuer === identifier) return claims
  throw mismatch('issuer_mismatch', identifier, issuer)
}

async function readClaims(jwt: string, type: string, keys: readonly FitKey[]): Promise<JsonObject> {
  return (await runChecks(jwt, { maxTokenLength, keys, type }, Object.entries(signatureChecks))).payload
}
