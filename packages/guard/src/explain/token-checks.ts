/** The checks of a token up to its signature (RFC 7515 §5.2), one by one. */

import { describeValue } from '../describe.ts'
import { readHeader, requireType, type TokenHeader } from '../jwt/header.ts'
import { decodeJsonPart, requireTokenText, splitToken, type TokenParts } from '../jwt/jwt.ts'
import { requireSignature } from '../jwt/signature.ts'
import { type JsonObject, readMember } from '../jwt/strict-json.ts'
import { requireAlgorithm, requireKey } from '../jwt/token-key.ts'
import type { FitKey } from '../keys/verification-key.ts'
import type { Checklist } from './checklist.ts'
import type { ExplainConfig } from './explain-settings.ts'

/** A header that was read: all its members, and those that choose the key. */
export interface ReadHeader {
  readonly members: JsonObject
  readonly named: TokenHeader
}

/** Checks what can be told without decoding. */
export async function checkShape(
  list: Checklist,
  token: string,
  { maxTokenLength }: ExplainConfig,
): Promise<TokenParts | undefined> {
  const length = { expected: `at most ${maxTokenLength} characters`, received: String(token.length) }
  const text = await list.run('length', length, () => {
    requireTokenText(token, maxTokenLength)
    return token
  })
  if (text === undefined) return list.skip('shape', 'not_reached')
  return list.run('shape', { expected: 'three parts of base64url', received: 'three parts of base64url' }, () =>
    splitToken(text),
  )
}

/** Checks the header's own shape. */
export async function checkHeader(list: Checklist, parts: TokenParts | undefined): Promise<ReadHeader | undefined> {
  if (parts === undefined) return list.skip('header', 'not_reached')
  const facts = { expected: 'alg, and no key of its own', received: 'alg, and no key of its own' }
  return list.run('header', facts, () => {
    const members = decodeJsonPart(parts.header, 'header_invalid')
    return { members, named: readHeader(members) }
  })
}

/** Finds the key, and checks that the header names its algorithm. */
export async function checkKey(
  list: Checklist,
  header: ReadHeader | undefined,
  { keys }: ExplainConfig,
): Promise<FitKey | undefined> {
  const keyId = header && describeValue(header.named.keyId)
  const algorithm = header && describeValue(header.named.algorithm)
  if (header === undefined || keys === undefined) {
    const reason = keys === undefined ? 'no_keys' : 'not_reached'
    list.skip('key', reason, keyId)
    return list.skip('algorithm', reason, algorithm)
  }
  const known = { expected: 'the kid of a key', received: describeValue(header.named.keyId) }
  const key = await list.run('key', known, () => requireKey(keys, header.named))
  if (key === undefined) return list.skip('algorithm', 'not_reached', algorithm)
  const fits = { expected: key.algorithm, received: describeValue(header.named.algorithm) }
  return list.run('algorithm', fits, () => {
    requireAlgorithm(key, header.named)
    return key
  })
}

/** Checks the type, and that the payload is JSON. Answers the claims. */
export async function checkContent(
  list: Checklist,
  parts: TokenParts | undefined,
  header: ReadHeader | undefined,
  { type }: ExplainConfig,
): Promise<JsonObject | undefined> {
  if (header === undefined) list.skip('type', 'not_reached')
  else {
    const expected = type === 'at+jwt' ? 'at+jwt' : 'JWT or none'
    const facts = { expected, received: describeValue(readMember(header.members, 'typ')) }
    await list.run('type', facts, () => requireType(header.members, type))
  }
  if (parts === undefined) return list.skip('payload', 'not_reached')
  const facts = { expected: 'a JSON object', received: 'a JSON object' }
  return list.run('payload', facts, () => decodeJsonPart(parts.payload, 'payload_invalid'))
}

/** Checks the signature with the key that was found. */
export async function checkSignature(
  list: Checklist,
  parts: TokenParts | undefined,
  key: FitKey | undefined,
  claims: JsonObject | undefined,
  { keys }: ExplainConfig,
): Promise<void> {
  if (keys === undefined) return list.skip('signature', 'no_keys')
  if (parts === undefined || key === undefined || claims === undefined) return list.skip('signature', 'not_reached')
  const facts = { expected: `${key.algorithm} by that key`, received: `${key.algorithm} by that key` }
  await list.run('signature', facts, () => requireSignature(parts, key))
}
