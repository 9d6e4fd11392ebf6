/** Makes the databases that tests copy: current tables, keys encrypted with the tests' secret. */
import { join } from 'node:path'
import { createServer } from '../../src/server.ts'
import { administer, postgresTemplate, postgresUrl } from './databases.ts'
import { startOfTests, testSecret } from './server.ts'

/** Runs once, before all tests. `folder` is for the template files. */
export async function makeTemplates(folder: string): Promise<void> {
  const path = join(folder, 'template.db')
  await prepare(`sqlite:${path}`)
  process.env['TEST_SQLITE_TEMPLATE'] = path
  await administer(`create database ${postgresTemplate}`)
  await prepare(postgresUrl(postgresTemplate))
}

async function prepare(databaseUrl: string): Promise<void> {
  const silent = { info: () => {}, warn: () => {}, error: () => {} }
  const options = { secretKey: testSecret, databaseUrl }
  const server = await createServer(options, { migrate: true, now: () => startOfTests, log: silent })
  await server.close()
}
