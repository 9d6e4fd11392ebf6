/** The members of a record, found by any spelling of their names. */
import { isJsonObject, type JsonObject } from '@countersign/guard/strict-json'
import { squash } from './member-name.ts'
import { isNothing, jsonIn, readTruth } from './values.ts'

export interface RecordMembers {
  /** The value of the first of these names that has one. The members with these names are read then. */
  readonly take: (...names: readonly string[]) => unknown
  /** The same as text: numbers are written as text. */
  readonly text: (...names: readonly string[]) => string | undefined
  /** The same as an answer to yes or no; `undefined` for other values. */
  readonly truth: (...names: readonly string[]) => boolean | undefined
  /** The same as an object; empty for other values. A text may be the JSON of one. */
  readonly object: (...names: readonly string[]) => JsonObject
  /** The members that were not read. */
  readonly rest: () => JsonObject
}

export function membersOf(record: JsonObject): RecordMembers {
  const left = new Map(Object.entries(record))
  const bySquashed = Map.groupBy(left.keys(), squash)

  function take(...names: readonly string[]): unknown {
    const members = names.flatMap((name) => bySquashed.get(squash(name)) ?? [])
    for (const name of members) left.delete(name)
    return members.map((name) => record[name]).find((value) => !isNothing(value))
  }

  return {
    take,
    text: (...names) => textOf(take(...names)),
    truth: (...names) => readTruth(take(...names)),
    object: (...names) => objectOf(take(...names)),
    rest: () => Object.fromEntries(left),
  }
}

/** A text, or a number as text. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined
}

function objectOf(value: unknown): JsonObject {
  const parsed = jsonIn(value)
  return isJsonObject(parsed) ? parsed : {}
}
