/** Our own names, in any spelling: the tutorial's dict, JSON, JSON lines and CSV. */
import type { JsonObject } from '@countersign/guard/strict-json'
import { profileClaims } from '../../../domain/change-claims.ts'
import type { Format } from '../format.ts'
import { squash } from '../member-name.ts'
import { membersOf, textOf } from '../record-members.ts'
import { rightsKindOf } from '../rights-rules.ts'
import { isNothing, readTruth } from '../values.ts'

const fields = ['id', 'username', 'email', 'email_verified', 'full_name', 'hashed_password', ...profileClaims]
const fieldOf = new Map(fields.map((field) => [squash(field), field]))
const truths = ['email_verified', 'phone_number_verified']

export const plain: Format = {
  name: 'plain',
  title: "this documentation's names",
  recognises: (record) =>
    Object.entries(record).some(([name, value]) => squash(name) === 'username' && !isNothing(value)),
  read: (record) => {
    const row = new Map<string, unknown>()
    const rest = new Map<string, unknown>()
    for (const [name, value] of Object.entries(record)) {
      const field = fieldOf.get(squash(name))
      // The second of two spellings is no value of ours.
      if (field === undefined || row.has(field)) rest.set(name, value)
      else if (!isNothing(value)) row.set(field, readField(field, value))
    }
    return { row: Object.fromEntries(row), rest: Object.fromEntries(rest) }
  },
}

/** Whether a record has what a user has: an object of other things is not the tutorial's dict. */
export function looksLikeUser(record: JsonObject): boolean {
  return Object.keys(record)
    .map(squash)
    .some((name) => fieldOf.has(name) || rightsKindOf(name) !== undefined)
}

/** The value of one of our fields: CSV has nothing but text. */
export function readField(field: string, value: unknown): unknown {
  if (truths.includes(field)) return readTruth(value) ?? value
  if (field === 'id') return textOf(value) ?? value
  if (field === 'address' && typeof value === 'string') return membersOf({ value }).object('value')
  return value
}
