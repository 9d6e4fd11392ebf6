/** What an operator should know of a directory in MongoDB. */
import type { Collection, Document, Filter } from 'mongodb'
import type { Finding } from '../directory.ts'
import { mayDisable } from '../disabled-when.ts'
import { queryPath } from './field-path.ts'
import { type Mapping, projectionOf } from './mapping.ts'
import { scans } from './plan.ts'
import { userNamed } from './queries.ts'
import { findUsernameIndex, type UsernameIndex } from './username-index.ts'

/** Documents whose fields are looked at. */
const sampleSize = 100

/** Never throws: what goes wrong is a finding. */
export async function inspectMongo(
  open: () => Promise<Collection<Document>>,
  mapping: Mapping,
  timeoutMs: number,
): Promise<readonly Finding[]> {
  try {
    const users = await open()
    const sample = await users.find({}, { maxTimeMS: timeoutMs, limit: sampleSize }).toArray()
    if (sample.length === 0) {
      return [problem(`The database ${users.dbName} has no documents in a collection ${users.collectionName}.`)]
    }
    const fields = new Set(sample.flatMap((document) => Object.keys(document)))
    const index = await findUsernameIndex(users, queryPath(mapping.username))
    return [
      fact(`The collection ${users.collectionName} can be reached.`),
      ...[...fields].filter((field) => isUndecided(mapping, field)).map(undecided),
      caseFinding(mapping, index),
      await usernameFinding(users, mapping, index),
      ...(mapping.key === '_id' ? [] : [await keyFinding(users, mapping)]),
    ]
  } catch (error) {
    return [problem(`The server cannot be used: ${error instanceof Error ? error.message : 'unknown error'}`)]
  }
}

function isUndecided(mapping: Mapping, field: string): boolean {
  return mayDisable(field) && ![...mapping.decided, ...Object.keys(projectionOf(mapping))].includes(field)
}

function undecided(field: string): Finding {
  return problem(
    `The field ${field} may say that a user is disabled, and no rule reads it: add it to \`disabled\`, with null if it says nothing of this kind.`,
  )
}

function caseFinding({ usernameCase }: Mapping, index: UsernameIndex | undefined): Finding {
  if (index?.collation !== undefined)
    return fact('Usernames are compared without letter case, by the collation of the index.')
  return usernameCase === 'lower-case'
    ? fact('What users type is changed to lower case, as usernames are stored.')
    : fact(
        'Usernames are compared as they are stored, with letter case: no index of them has a collation of strength 2.',
      )
}

async function usernameFinding(
  users: Collection<Document>,
  mapping: Mapping,
  index: UsernameIndex | undefined,
): Promise<Finding> {
  const path = queryPath(mapping.username)
  const collation = index?.collation
  switch (await planOf(users, userNamed(mapping, 'somebody'), collation === undefined ? {} : { collation })) {
    case true:
      return scanning(users, 'username', path)
    case false:
      return fact('Look-ups by username use an index.')
    case undefined:
      return index === undefined
        ? scanning(users, 'username', path)
        : fact(`Look-ups by username have the index ${index.name}. The plan of this server cannot be read.`)
  }
}

async function keyFinding(users: Collection<Document>, mapping: Mapping): Promise<Finding> {
  const path = queryPath(mapping.key)
  switch (await planOf(users, { [path]: { $in: ['somebody'] } }, {})) {
    case true:
      return scanning(users, 'key', path)
    case false:
      return fact('Look-ups by key use an index.')
    case undefined:
      return fact('The plan of look-ups by key cannot be read.')
  }
}

/** Whether the query reads the whole collection; `undefined` when the plan cannot be read. */
async function planOf(
  users: Collection<Document>,
  filter: Filter<Document>,
  options: { readonly collation?: UsernameIndex['collation'] & {} },
): Promise<boolean | undefined> {
  return scans(await users.find(filter, options).explain('queryPlanner'))
}

function scanning({ collectionName }: Collection<Document>, by: string, path: string): Finding {
  const collection = /^\w+$/.test(collectionName) ? `db.${collectionName}` : `db.getCollection('${collectionName}')`
  const options = by === 'username' ? ", { collation: { locale: 'en', strength: 2 } }" : ''
  return problem(
    `Look-ups by ${by} read the whole collection: create an index: ${collection}.createIndex({ '${path}': 1 }${options})`,
  )
}

function fact(message: string): Finding {
  return { isProblem: false, message }
}

function problem(message: string): Finding {
  return { isProblem: true, message }
}
