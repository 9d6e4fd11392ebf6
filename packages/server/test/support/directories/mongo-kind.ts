/** The collection `people` in MongoDB. */
import { mongoDirectory } from '../../../src/users/directories/mongodb.ts'
import { howToGetMongo, startMongo } from '../mongodb.ts'
import type { DirectoryKind, RunningKind } from './kind.ts'

export const mongoKind: DirectoryKind = { name: 'MongoDB', howToGet: howToGetMongo, isFile: false, start }

async function start(): Promise<RunningKind | undefined> {
  const server = await startMongo()
  if (server === undefined) return undefined
  const name = `test_${process.pid}`
  const database = server.client.db(name)
  return {
    declare: (options) =>
      mongoDirectory({
        url: server.url(`/${name}`),
        collection: 'people',
        fields: {
          username: 'login',
          email: 'contact.mail',
          emailVerified: 'contact.isVerified',
          fullName: 'full_name',
          passwordHash: 'secrets.hash',
        },
        disabled: { is_out: true },
        ...options,
      }),
    fill: async (people, { hasIndex } = { hasIndex: true }) => {
      await database.dropDatabase()
      const collection = database.collection<{ _id: number }>('people')
      if (hasIndex) await collection.createIndex({ login: 1 })
      const documents = people.map(
        ({ id, username, email, isVerified = false, fullName, passwordHash, isDisabled = false }) => ({
          _id: id,
          login: username,
          contact: { mail: email, isVerified },
          full_name: fullName,
          secrets: { hash: passwordHash },
          is_out: isDisabled,
        }),
      )
      if (documents.length > 0) await collection.insertMany(documents, { ignoreUndefined: true })
    },
    foldsCase: false,
    // Two of them watch the server.
    maxConnections: 12,
    proxy: server.proxy,
    secret: 'none',
    stop: async () => {
      await database.dropDatabase()
      await server.stop()
    },
  }
}
