/** The filters. What users type is only ever a text that is compared with `$eq`: no text is an operator. */
import type { Document, Filter } from 'mongodb'
import { queryPath } from './field-path.ts'
import type { Mapping } from './mapping.ts'

export function userNamed(mapping: Mapping, username: string): Filter<Document> {
  const name = mapping.usernameCase === 'lower-case' ? username.toLowerCase() : username
  return { [queryPath(mapping.username)]: { $eq: name }, ...matching(mapping.where) }
}

/** `null` also matches documents without the field. */
export function matching(where: Mapping['where']): Filter<Document> {
  return Object.fromEntries(Object.entries(where).map(([path, value]) => [queryPath(path), { $eq: value }]))
}
