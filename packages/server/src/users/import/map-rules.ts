/** What the operator says about members that no format knows: `disabled=is_frozen`, `username=profile.login`, `ignore=score`. */
import { isJsonObject, type JsonObject, readMember } from '@countersign/guard/strict-json'
import { didYouMean } from '../../config/did-you-mean.ts'
import { profileClaims } from '../../domain/change-claims.ts'
import { ImportError } from './import-error.ts'
import { isNothing, jsonIn } from './values.ts'

export interface MapRule {
  /** A field of ours, `enabled`, which is the opposite of `disabled`, or `ignore`. */
  readonly field: string
  /** The name of a member, or the names on the way to it, with dots between them. */
  readonly path: string
}

export interface Mapped {
  /** The record without the members that are to be ignored. */
  readonly record: JsonObject
  /** The record without any member that a rule names. */
  readonly rest: JsonObject
  /** What the rules take from the record, by the field. */
  readonly fields: readonly (readonly [field: string, value: unknown])[]
  /** The paths that the record has. */
  readonly found: readonly string[]
}

const fields = [
  'id',
  'username',
  'email',
  'email_verified',
  'full_name',
  'hashed_password',
  'disabled',
  'enabled',
  'ignore',
  ...profileClaims,
]

/** @throws ImportError, worded to follow the text of the rule */
export function parseMapRule(text: string): MapRule {
  const [, field, path] = /^([^=]+)=(.+)$/s.exec(text) ?? []
  if (field === undefined || path === undefined) {
    throw new ImportError('has the form field=path, such as username=profile.login')
  }
  if (!fields.includes(field)) {
    throw new ImportError(`names no field${didYouMean(field, fields) || '.'} The fields are ${fields.join(', ')}`)
  }
  return { field, path }
}

/** Whether the field says that the user must not, or may, log in. */
export function isOfRights(field: string): boolean {
  return field === 'disabled' || field === 'enabled'
}

export function applyMapRules(rules: readonly MapRule[], record: JsonObject): Mapped {
  let kept = record
  let rest = record
  const found: string[] = []
  const taken: [field: string, value: unknown][] = []
  for (const { field, path } of rules) {
    const names = Object.hasOwn(record, path) ? [path] : path.split('.')
    const value = valueAt(record, names)
    if (value === undefined) continue
    found.push(path)
    rest = without(rest, names)
    if (field === 'ignore') kept = without(kept, names)
    else if (!isNothing(value) || isOfRights(field)) taken.push([field, value])
  }
  return { record: kept, rest, fields: taken, found }
}

/** Through a list to the first of its entries that has the value. */
function valueAt(given: unknown, names: readonly string[]): unknown {
  const [name, ...others] = names
  if (name === undefined) return given
  const value = jsonIn(given)
  if (Array.isArray(value)) return value.map((entry) => valueAt(entry, names)).find((found) => found !== undefined)
  return isJsonObject(value) ? valueAt(readMember(value, name), others) : undefined
}

function without(value: JsonObject, names: readonly string[]): JsonObject {
  const [name = '', ...others] = names
  const { [name]: member, ...rest } = value
  return others.length === 0 || member === undefined ? rest : { ...rest, [name]: withoutIn(member, others) }
}

function withoutIn(given: unknown, names: readonly string[]): unknown {
  const value = jsonIn(given)
  if (Array.isArray(value)) return value.map((entry) => withoutIn(entry, names))
  return isJsonObject(value) ? without(value, names) : value
}
