/** Users in the documents of an existing application, in MongoDB. */
import { systemClock } from '../../environment.ts'
import { declareDirectory } from './declare.ts'
import type { DirectoryDeclaration } from './directory.ts'
import { checkMongoOptions } from './mongodb/check-options.ts'
import { mappingOf } from './mongodb/mapping.ts'
import { mongoDirectoryOn } from './mongodb/mongo-directory.ts'
import { openClient } from './mongodb/open-client.ts'
import type { MongoDirectoryOptions } from './mongodb-options.ts'

const names = [
  'url',
  'database',
  'collection',
  'preset',
  'fields',
  'disabled',
  'usernameCase',
  'where',
  'accounts',
  'writable',
]

/**
 * Declares a directory in MongoDB. It needs the package `mongodb`.
 * @throws OptionsError with everything that is wrong with the options
 */
export function mongoDirectory(options: MongoDirectoryOptions): DirectoryDeclaration {
  const declaration = declareDirectory('mongodb', options, names, (checks) => checkMongoOptions(options, checks))
  const { url, database, writable = false } = options
  return {
    ...declaration,
    writable,
    open: async () => {
      // The driver gives up a little before the time limit of the directory, so that its reason is known.
      const timeoutMs = declaration.timeout * 900
      const opened = await openClient(url, database, timeoutMs)
      return mongoDirectoryOn(opened, {
        mapping: mappingOf(options),
        isWritable: writable,
        timeoutMs,
        now: systemClock,
      })
    },
  }
}
