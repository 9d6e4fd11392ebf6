/** Makes the databases that tests copy: with the current tables, and with keys encrypted with the tests' secret as well. */
import { createServer } from '../../src/server.ts'
import { migrateStore } from '../../src/store/open.ts'
import { administer, postgresTemplate, postgresUrl, sqliteTemplate, type Template } from './databases.ts'
import { startOfTests, testSecret } from './server.ts'

/** Runs once, before all tests. `folder` is for the template files. */
export async function makeTemplates(folder: string): Promise<void> {
  process.env['TEST_TEMPLATES'] = folder
  const [migrated, prepared] = [await urlsOf('migrated'), await urlsOf('prepared')]
  for (const url of migrated) await migrateStore(url)
  for (const url of prepared) await prepare(url)
}

/** Of the template in each database. */
async function urlsOf(template: Template): Promise<readonly string[]> {
  await administer(`create database ${postgresTemplate(template)}`)
  return [`sqlite:${sqliteTemplate(template)}`, postgresUrl(postgresTemplate(template))]
}

async function prepare(databaseUrl: string): Promise<void> {
  const silent = { info: () => {}, warn: () => {}, error: () => {} }
  const options = { secretKey: testSecret, databaseUrl }
  const server = await createServer(options, { migrate: true, now: () => startOfTests, log: silent })
  await server.close()
}
