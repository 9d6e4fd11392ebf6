/** A directory in MongoDB, which is open. */
import type { Document, Filter, FindOptions } from 'mongodb'
import type { Clock } from '../../../environment.ts'
import type { Directory, DirectoryUser } from '../directory.ts'
import { type StoredFields, toDirectoryUser } from '../directory-user.ts'
import { remembered } from '../remembered.ts'
import { canBeNamed, maxNamesakes, theOneNamed } from '../the-one-named.ts'
import { usableUsers } from '../usable-users.ts'
import { storedFields } from './document-user.ts'
import { queryPath, valueAt } from './field-path.ts'
import { inspectMongo } from './inspect.ts'
import { keyText, keyValues } from './key.ts'
import { type Mapping, projectionOf } from './mapping.ts'
import type { OpenedDatabase } from './open-client.ts'
import { matching, userNamed } from './queries.ts'
import { findUsernameIndex } from './username-index.ts'

export interface MongoSettings {
  readonly mapping: Mapping
  readonly isWritable: boolean
  readonly timeoutMs: number
  /** Seconds. */
  readonly now: Clock
}

export function mongoDirectoryOn(opened: OpenedDatabase, settings: MongoSettings): Directory {
  const { mapping, isWritable, timeoutMs, now } = settings
  const { types } = opened
  const collectionNamed = async (name: string) => (await opened.database()).collection<Document>(name)
  const { accounts } = mapping
  const projection = projectionOf(mapping)
  const collation = remembered(async () => {
    const users = await collectionNamed(mapping.collection)
    return (await findUsernameIndex(users, queryPath(mapping.username)))?.collation
  })

  /** With a limit of the server too: it stops to work on what nobody waits for. */
  async function find(name: string, filter: Filter<Document>, options: FindOptions): Promise<readonly Document[]> {
    return await (await collectionNamed(name)).find(filter, { maxTimeMS: timeoutMs, ...options }).toArray()
  }

  /** By the text of the user's `_id`. */
  async function hashesOf(documents: readonly Document[]): Promise<ReadonlyMap<string, unknown>> {
    if (accounts === undefined || documents.length === 0) return new Map()
    const { collection, user, passwordHash, where = {} } = accounts
    // A program may have the `_id` as text here.
    const ids = documents.flatMap(({ _id }) => [_id, String(_id)])
    const filter = { [queryPath(user)]: { $in: ids }, ...matching(where) }
    const fields = { [queryPath(user)]: 1, [queryPath(passwordHash)]: 1 }
    const found = await find(collection, filter, { projection: fields })
    const holders = found.map((account) => String(valueAt(account, user)))
    // Where a user has two passwords, neither counts.
    const single = found.filter((_, index) => holders.filter((holder) => holder === holders[index]).length === 1)
    return new Map(single.map((account) => [String(valueAt(account, user)), valueAt(account, passwordHash)]))
  }

  async function fieldsOf(documents: readonly Document[]): Promise<readonly StoredFields[]> {
    const hashes = await hashesOf(documents)
    return documents.map((document) => storedFields(mapping, document, hashes.get(String(document['_id'])), now()))
  }

  /** The documents with these keys, without those whose key has the same text as another one. */
  async function withKeys(keys: readonly string[]): Promise<readonly Document[]> {
    const values = keys.flatMap((key) => keyValues(types, key))
    const filter = { [queryPath(mapping.key)]: { $in: values }, ...matching(mapping.where) }
    const found = await find(mapping.collection, filter, { projection })
    const texts = found.map((document) => keyText(valueAt(document, mapping.key)))
    return found.filter((_, index) => texts.filter((text) => text === texts[index]).length === 1)
  }

  return {
    find: async (username) => {
      if (!canBeNamed(username)) return undefined
      const options = { projection, limit: maxNamesakes, ...collationOption(await collation()) }
      const found = await find(mapping.collection, userNamed(mapping, username), options)
      const document = theOneNamed(found, username, (each) => valueAt(each, mapping.username))
      const [fields] = document === undefined ? [] : await fieldsOf([document])
      return fields && toDirectoryUser(fields)
    },
    read: async (keys) => (keys.length === 0 ? [] : usableUsers(await fieldsOf(await withKeys(keys)))),
    list: async (after, max, signal) => {
      const path = queryPath(mapping.key)
      const found: DirectoryUser[] = []
      for (let last = after; ; ) {
        signal.throwIfAborted()
        const later = last === undefined ? [] : keyValues(types, last).map((value) => ({ [path]: { $gt: value } }))
        const filter = { ...matching(mapping.where), ...(later.length > 0 ? { $or: later } : {}) }
        const page = await find(mapping.collection, filter, { projection, sort: { [path]: 1 }, limit: max })
        found.push(...usableUsers(await fieldsOf(page)))
        const next = keyText(valueAt(page.at(-1), mapping.key))
        if (page.length < max || found.length >= max || next === undefined) return found.slice(0, max)
        last = next
      }
    },
    ...(isWritable && {
      setPasswordHash: async (key, hash) => {
        const [document] = await withKeys([key])
        if (document === undefined) return
        const { _id } = document
        if (accounts === undefined) {
          const paths = mapping.passwordHash
          const path = paths.find((each) => valueAt(document, each) !== undefined) ?? paths[0] ?? ''
          const users = await collectionNamed(mapping.collection)
          await users.updateOne({ _id }, { $set: { [path]: hash } })
        } else {
          const { user, passwordHash, where = {} } = accounts
          const filter = { [queryPath(user)]: { $in: [_id, String(_id)] }, ...matching(where) }
          const holders = await collectionNamed(accounts.collection)
          await holders.updateOne(filter, { $set: { [passwordHash]: hash } })
        }
      },
    }),
    inspect: () => inspectMongo(() => collectionNamed(mapping.collection), mapping, timeoutMs),
    close: opened.close,
  }
}

function collationOption(collation: FindOptions['collation']): FindOptions {
  return collation === undefined ? {} : { collation }
}
