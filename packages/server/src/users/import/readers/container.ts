/** Which of the containers a file is, by its beginning, and what reads it. */
import { isJsonObject, parseStrictJson } from '@countersign/guard/strict-json'
import type { ImportRow } from '../import-row.ts'
import { delimiterOf, readCsv } from './csv.ts'
import { readJsonArray, readJsonDict, readWrappedJson } from './json-document.ts'
import { readJsonLines } from './json-lines.ts'
import { readLdif } from './ldif.ts'
import { inObject, inTable } from './wrapped-users.ts'

export interface Container {
  readonly name: 'JSON' | 'JSON lines' | 'CSV' | 'LDIF'
  /** @throws ImportError when the file is not what its beginning promises */
  readonly read: (pieces: AsyncIterable<string>) => AsyncIterable<ImportRow>
}

const jsonArray: Container = { name: 'JSON', read: readJsonArray }
const jsonDict: Container = { name: 'JSON', read: readJsonDict }
const wrappedJson: Container = { name: 'JSON', read: (pieces) => readWrappedJson(pieces, inObject) }
const tableJson: Container = { name: 'JSON', read: (pieces) => readWrappedJson(pieces, inTable) }
const jsonLines: Container = { name: 'JSON lines', read: readJsonLines }
const ldif: Container = { name: 'LDIF', read: readLdif }

/** `head` is the beginning of the text. `undefined` when it is none of them. */
export function containerOf(head: string): Container | undefined {
  const text = head.trimStart()
  if (text.startsWith('[')) return /^\[\s*\{\s*"type"\s*:\s*"header"/.test(text) ? tableJson : jsonArray
  if (text.startsWith('{')) return isJsonLines(text) ? jsonLines : isDict(text) ? jsonDict : wrappedJson
  if (/^(?:(?:#[^\n]*| [^\n]*|version:[^\n]*)?\r?\n)*dn::? /i.test(text)) return ldif
  if (text.split('\n', 1)[0]?.includes(delimiterOf(text)))
    return { name: 'CSV', read: (pieces) => readCsv(pieces, text) }
  return undefined
}

/** Whether the first line is a whole object that others follow, or that is a user by itself. */
function isJsonLines(text: string): boolean {
  const [, first = '', next] = /^([^\n]*)(?:\s*\n\s*(\S))?/.exec(text) ?? []
  const parsed = parseStrictJson(first)
  if (!parsed.ok || !isJsonObject(parsed.value)) return false
  if (next !== undefined) return next === '{'
  return !Object.values(parsed.value).every(isJsonObject) && !inObject.pattern.test(first)
}

/** An object is the tutorial's dict only if its members look like users: the first one is an object. */
function isDict(text: string): boolean {
  return /^\{\s*(?:"(?:[^"\\]|\\.)*"\s*:\s*\{|\})/.test(text)
}
