/** Reads an answer of the issuer as the one JSON object it must be. */
import { isJsonObject, type JsonObject, parseStrictJson } from '../jwt/strict-json.ts'

/** @throws Error whose message is a sentence */
export function parseJsonAnswer(text: string): JsonObject {
  const json = parseStrictJson(text)
  if (!json.ok) throw new Error(`the answer is no sound JSON: ${json.fault}`)
  if (!isJsonObject(json.value)) throw new Error('the answer must be a JSON object')
  return json.value
}
