/** Makes the databases that tests get copies of: current tables, keys sealed with the tests' secret, tim and alice. */
import { join } from 'node:path'
import { addDemoUsers } from '../../src/demo/users.ts'
import { createServer } from '../../src/server.ts'
import { systemRandom } from '../../src/world.ts'
import { administer, postgresTemplate, postgresUrl } from './databases.ts'
import { startOfTests, testSecret } from './server.ts'

/** Once for a whole run, before the tests. `folder` is theirs. */
export async function makeTemplates(folder: string): Promise<void> {
  const path = join(folder, 'template.db')
  await prepare(`sqlite:${path}`)
  process.env['TEST_SQLITE_TEMPLATE'] = path
  await administer(`create database ${postgresTemplate}`)
  await prepare(postgresUrl(postgresTemplate))
}

async function prepare(databaseUrl: string): Promise<void> {
  const silent = { info: () => {}, warn: () => {}, error: () => {} }
  const options = { secretKey: testSecret, demo: true, databaseUrl }
  const server = await createServer(options, { migrate: true, now: () => startOfTests, log: silent })
  await addDemoUsers(server.context.store, systemRandom, startOfTests)
  await server.close()
}
