/** Keys of users as text, and the values that they may be of. */
import type { ObjectId, UUID } from 'mongodb'

/** The classes of the driver. */
export interface KeyTypes {
  readonly ObjectId: typeof ObjectId
  readonly UUID: typeof UUID
}

/** The text of a key; `undefined` when the value cannot be one. */
export function keyText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null || !('_bsontype' in value)) return undefined
  switch (value._bsontype) {
    case 'ObjectId':
    case 'Long':
      return String(value)
    case 'Binary':
      return 'sub_type' in value && value.sub_type === 4 && 'toUUID' in value && typeof value.toUUID === 'function'
        ? String(value.toUUID())
        : undefined
    default:
      return undefined
  }
}

/** All values that have this text. A collection has one type of keys, so only one of them is there. */
export function keyValues({ ObjectId, UUID }: KeyTypes, text: string): readonly unknown[] {
  return [
    text,
    ...(/^[0-9a-f]{24}$/.test(text) ? [new ObjectId(text)] : []),
    ...(/^(0|-?[1-9]\d{0,14})$/.test(text) ? [Number(text)] : []),
    ...(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? [new UUID(text)] : []),
  ]
}
