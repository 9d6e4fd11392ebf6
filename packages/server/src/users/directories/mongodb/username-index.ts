/** The index that look-ups by username use, by the collection's own list. */
import type { CollationOptions, Collection, Document } from 'mongodb'

export interface UsernameIndex {
  readonly name: string
  /** What look-ups must name to use the index; `undefined`: names are compared as they are stored. */
  readonly collation: CollationOptions | undefined
}

export async function findUsernameIndex(collection: Collection, path: string): Promise<UsernameIndex | undefined> {
  return chooseUsernameIndex(await collection.listIndexes().toArray(), path)
}

/**
 * One without letter case comes first: a collation of strength 1 or 2 (https://www.mongodb.com/docs/manual/core/index-case-insensitive/).
 * An index of some of the documents is of no use, nor is one with a collation that heeds letter case.
 */
export function chooseUsernameIndex(indexes: readonly Document[], path: string): UsernameIndex | undefined {
  const usable = indexes.flatMap((index): readonly UsernameIndex[] => {
    const isWhole = index['partialFilterExpression'] === undefined && index['hidden'] !== true
    if (!isWhole || typeof index['name'] !== 'string' || !isRecord(index['key'])) return []
    const [first, direction] = Object.entries(index['key'])[0] ?? []
    if (first !== path || (direction !== 1 && direction !== -1)) return []
    return [{ name: index['name'], collation: collationOf(index['collation']) }]
  })
  const foldsCase = ({ collation }: UsernameIndex) => collation?.strength === 1 || collation?.strength === 2
  return usable.find(foldsCase) ?? usable.find(({ collation }) => collation === undefined)
}

/** As queries name it: without the version, which the server adds. */
function collationOf(stored: unknown): CollationOptions | undefined {
  if (!isRecord(stored) || typeof stored['locale'] !== 'string') return undefined
  const { version: _version, locale, ...others } = stored
  return { locale, ...others }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
