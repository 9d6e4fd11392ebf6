/** The official driver, with limits: nothing waits longer than the directory's timeout. */
import type { Db, MongoClient } from 'mongodb'
import { loadPackage } from '../../../config/load-package.ts'
import { remembered } from '../remembered.ts'
import type { KeyTypes } from './key.ts'

export interface OpenedDatabase {
  /** Connects at the first call, and until then again at each. Later the driver does it. */
  readonly database: () => Promise<Db>
  readonly types: KeyTypes
  readonly close: () => Promise<void>
}

/** @throws Error without the URL, which has a password */
export async function openClient(url: string, name: string | undefined, timeoutMs: number): Promise<OpenedDatabase> {
  const { MongoClient, ObjectId, UUID } = (await loadPackage('mongodb', () => import('mongodb'))).default
  const client = accepted(() => {
    return new MongoClient(url, {
      appName: 'countersign',
      maxPoolSize: 10,
      serverSelectionTimeoutMS: timeoutMs,
      connectTimeoutMS: timeoutMs,
      socketTimeoutMS: timeoutMs,
      waitQueueTimeoutMS: timeoutMs,
    })
  })
  // Until it was connected once, the driver does not connect by itself a second time.
  const connected = remembered(() => client.connect())
  return {
    database: async () => (await connected()).db(name),
    types: { ObjectId, UUID },
    close: () => client.close(),
  }
}

/** The driver's errors of URLs can have parts of them. */
function accepted(make: () => MongoClient): MongoClient {
  try {
    return make()
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown error'
    throw new Error(`The driver of MongoDB rejects the URL of the directory (${name}). Check its options after "?".`)
  }
}
