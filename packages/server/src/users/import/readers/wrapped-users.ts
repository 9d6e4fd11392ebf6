/** Finds the list of users inside of a JSON document, such as a realm of Keycloak, which has much before and after it. */
import { ImportError } from '../import-error.ts'
import { jsonStructure } from './json-structure.ts'

/** Where a document has its list of users. */
export interface ListPlace {
  /** The name of the list, and its bracket. */
  readonly pattern: RegExp
  /** The open brackets there, with the one of the list. */
  readonly depth: number
}

/** Of Keycloak and Firebase, of Cognito's `list-users`, of Parse. */
export const inObject: ListPlace = { pattern: /"(?:users|Users|results)"\s*:\s*\[/, depth: 2 }

/** Of phpMyAdmin: the rows of the first table, in an array of descriptions. */
export const inTable: ListPlace = { pattern: /"data"\s*:\s*\[/, depth: 3 }

/** Longer than the name of a list, with spaces. */
const maxName = 1000

/** The document from the bracket of its list on, and the line of it. @throws ImportError when there is none */
export async function skipToUsers(
  pieces: AsyncIterator<string>,
  { pattern, depth: listDepth }: ListPlace,
): Promise<{ readonly rest: string; readonly line: number }> {
  const scan = jsonStructure()
  const endsWithList = new RegExp(`${pattern.source}$`)
  let line = 1
  /** What precedes this piece, as much as the name of a list may need. */
  let before = ''
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    const piece = next.value
    let listAt = -1
    scan(piece, (character, at, depth) => {
      if (
        character !== '[' ||
        depth !== listDepth ||
        !endsWithList.test(`${before}${piece.slice(0, at + 1)}`.slice(-maxName))
      )
        return true
      listAt = at
      return false
    })
    if (listAt >= 0) return { rest: piece.slice(listAt), line: line + piece.slice(0, listAt).split('\n').length - 1 }
    line += piece.split('\n').length - 1
    before = `${before}${piece}`.slice(-maxName)
  }
  throw new ImportError(
    'has no list of users: it is neither an object of users by username, nor has it a member "users" with an array',
  )
}
