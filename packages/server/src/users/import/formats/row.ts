/** What formats share: rows without empty values, and values that other systems write in another way. */
import type { JsonObject } from '@countersign/guard/strict-json'
import { squash } from '../member-name.ts'
import { isNothing } from '../values.ts'

/** The members that have a value. */
export function rowOf(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => !isNothing(value)))
}

/** Whether the record has all these members, in any spelling. */
export function hasMembers(record: JsonObject, ...names: readonly string[]): boolean {
  const present = new Set(Object.keys(record).map(squash))
  return names.every((name) => present.has(squash(name)))
}

/** Java and Python write `en_GB`. */
export function localeOf(value: string | undefined): string | undefined {
  return value?.replaceAll('_', '-')
}

/** The full name of these parts. */
export function fullNameOf(given: string | undefined, family: string | undefined): string | undefined {
  const name = [given, family].filter((part) => !isNothing(part)).join(' ')
  return name === '' ? undefined : name
}
