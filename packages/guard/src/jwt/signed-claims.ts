/** Reads what a JWT says when a key signed it (RFC 7515 §5.2, RFC 7519 §7.2): cheapest check first, shape before crypto. */
import type { FitKey } from '../keys/verification-key.ts'
import { readHeader } from './header.ts'
import { decodeJsonPart, splitToken } from './jwt.ts'
import { requireSignature } from './signature.ts'
import type { JsonObject } from './strict-json.ts'
import { requireAlgorithm, requireKey } from './token-key.ts'

/** Checks the first part of a token as it stands there, and answers the key that it names. Throws `TokenRejection`. */
export type ChooseKey = (header: string) => FitKey

/**
 * Answers the claims, of which only the signature is proven.
 *
 * @throws TokenRejection
 */
export async function readSignedClaims(token: string, chooseKey: ChooseKey): Promise<JsonObject> {
  const parts = splitToken(token)
  const key = chooseKey(parts.header)
  const claims = decodeJsonPart(parts.payload, 'payload_invalid')

  await requireSignature(parts, key)
  return claims
}

/** @param requireType refuses a JOSE header of another kind of token */
export function chooseAmong(keys: readonly FitKey[], requireType: (header: JsonObject) => void): ChooseKey {
  return (text) => {
    const joseHeader = decodeJsonPart(text, 'header_invalid')
    const header = readHeader(joseHeader)
    const key = requireKey(keys, header)
    requireAlgorithm(key, header)
    requireType(joseHeader)
    return key
  }
}

/** An issuer writes one header for each of its keys; more are of somebody who plays. */
const mostRemembered = 16

/** The same, remembering the headers that it accepted: nearly every token has the header of the one before it. */
export function remembering(chooseKey: ChooseKey): ChooseKey {
  const known = new Map<string, FitKey>()
  return (text) => {
    const remembered = known.get(text)
    if (remembered !== undefined) return remembered
    const key = chooseKey(text)
    if (known.size >= mostRemembered) known.clear()
    known.set(text, key)
    return key
  }
}
