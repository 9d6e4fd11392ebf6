/** A MongoDB for the file that imports this one, and directories on databases of their own. */
import assert from 'node:assert/strict'
import { after, type TestContext } from 'node:test'
import { type Collection, type Db, ObjectId } from 'mongodb'
import type { Directory } from '../../../src/users/directories/directory.ts'
import { mappingOf } from '../../../src/users/directories/mongodb/mapping.ts'
import { mongoDirectory } from '../../../src/users/directories/mongodb.ts'
import type { MongoDirectoryOptions } from '../../../src/users/directories/mongodb-options.ts'
import { type MongoServer, startMongo } from '../mongodb.ts'

/** `undefined` when there is none: `howToGetMongo`. */
export const server: MongoServer | undefined = await startMongo()
after(() => server?.stop())

type Options = Omit<MongoDirectoryOptions, 'url'>

/** A directory on a database of its own, and its collection of users. */
export async function directoryOf(
  t: TestContext,
  options: Options,
): Promise<{
  readonly directory: Directory
  readonly reopened: (more: Options) => Promise<Directory>
  readonly database: Db
  readonly users: Collection
}> {
  assert.ok(server)
  const name = `test_${new ObjectId()}`
  const database = server.client.db(name)
  t.after(() => database.dropDatabase())
  const url = server.url(`/${name}`)
  const reopened = async (more: Options) => {
    const directory = await mongoDirectory({ url, ...options, ...more }).open()
    t.after(directory.close)
    return directory
  }
  const users = database.collection(mappingOf({ url, ...options }).collection)
  return { directory: await reopened({}), reopened, database, users }
}
