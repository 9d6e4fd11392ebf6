/** The project of a reader who follows a guide: its configuration file as it stands there, and the variables that it asks for in `.env`. */
import assert from 'node:assert/strict'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { preparedDatabase } from '../../../packages/server/test/support/databases.ts'
import { testSecret } from '../../../packages/server/test/support/server.ts'
import { type Finished, runCommand, startCommand, temporaryFolder } from '../../support/process.ts'
import { blocksOf, type Sample, writeSamples } from '../../support/samples.ts'

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url))

export interface GuideProject {
  readonly folder: string
  /** Runs a command as the guide writes it: `npx countersign directories check`. */
  readonly run: (line: string, input?: string) => Promise<Finished>
  /** Starts `serve`. */
  readonly serve: () => Promise<LogIn>
}

/** The status of the response of /token to a password. */
export type LogIn = (username: string, password: string) => Promise<number>

/** `variables` are those that the guide says to set. `replace` puts the test's server in the place of the reader's. */
export async function guideProject(
  t: TestContext,
  config: Sample | undefined,
  variables: Readonly<Record<string, string>>,
  replace?: (code: string) => string,
): Promise<GuideProject> {
  assert.ok(config)
  const folder = temporaryFolder(t)
  symlinkSync(modules, join(folder, 'node_modules'), 'junction')
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  writeSamples(folder, [config], replace)
  const database = await preparedDatabase('sqlite')
  t.after(database.remove)
  const lines = { SECRET_KEY: testSecret, DATABASE_URL: database.url, PASSWORD_GRANT: 'first-party', ...variables }
  writeFileSync(
    join(folder, '.env'),
    Object.entries(lines)
      .map(([name, value]) => `${name}='${value}'\n`)
      .join(''),
  )
  return {
    folder,
    run: (line, input) => {
      const [, args = ''] = /^npx countersign (.+)$/.exec(line) ?? []
      return runCommand(args.split(' '), {}, input, folder)
    },
    serve: async () => {
      const { origin } = await startCommand(t, ['serve'], {}, folder)
      return async (username, password) => {
        const body = new URLSearchParams({ username, password })
        return (await fetch(`${origin}/token`, { method: 'POST', body })).status
      }
    },
  }
}

/** The commands that a guide gives to check a directory, in its order. */
export function checksOf(page: string): readonly [check: string, checkUser: string] {
  const lines = blocksOf(page, '').flatMap((block) => block.match(/^npx countersign directories check.*$/gm) ?? [])
  const [check, checkUser, ...others] = lines
  assert.ok(check !== undefined && checkUser !== undefined && others.length === 0, page)
  return [check, checkUser]
}
