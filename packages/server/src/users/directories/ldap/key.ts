/** The key of an entry as text. Active Directory's `objectGUID` is 16 bytes (MS-DTYP §2.3.4.2), `entryUUID` is text (RFC 4530 §2.1). */
import { type LdapEntry, textOf } from './entry.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** `undefined`: the entry has none, or the account may not read it. */
export function keyOf(entry: LdapEntry, attribute: string): string | undefined {
  if (!isGuid(attribute)) return isUuid(attribute) ? textOf(entry, attribute)?.toLowerCase() : textOf(entry, attribute)
  const [value] = entry.values(attribute)
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  if (bytes?.length !== 16) return undefined
  const hex = swapped(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** The value that a search compares; `undefined` when no entry has the key. */
export function storedKey(key: string, attribute: string): string | Buffer | undefined {
  if (!isGuid(attribute) && !isUuid(attribute)) return key
  if (!uuid.test(key)) return undefined
  return isGuid(attribute) ? swapped(Buffer.from(key.replaceAll('-', ''), 'hex')) : key
}

/** Attributes whose values are bytes also where these happen to be text. */
export function isGuid(attribute: string): boolean {
  return attribute.toLowerCase() === 'objectguid'
}

function isUuid(attribute: string): boolean {
  return attribute.toLowerCase() === 'entryuuid'
}

/** The first three numbers are little-endian in the bytes. */
function swapped(bytes: Buffer): Buffer {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
  return Buffer.from(order.map((index) => bytes[index] ?? 0))
}
