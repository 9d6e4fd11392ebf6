/**
 * The published types compile in a project that has only the package and its dependencies, not the types of Node, and that checks the types of
 * its dependencies too.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { entriesOf, installedProjects, manifestOf, packageFolders } from '../support/packages.ts'

const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))
const projects = installedProjects()

for (const name of packageFolders) {
  const { name: published } = manifestOf(name)
  test(`the types of ${published} need no types of Node, and compile with skipLibCheck off`, () => {
    const project = projects[name]
    assert.ok(!existsSync(join(project, 'node_modules/@types')))
    const imports = entriesOf(name).map((entry, index) => `export * as entry${index} from '${entry}'\n`)
    writeFileSync(join(project, 'imports.ts'), imports.join(''))
    assert.equal(compile(project), '')
    const foreign = declarationsOf(project).filter((path) => !path.includes(`node_modules/${published}/dist/`))
    assert.deepEqual(foreign, [], 'no declarations of a dependency are part of the public types')
  })
}

test('a type that is missing is found', () => {
  const project = projects.client
  writeFileSync(join(project, 'imports.ts'), "export type { IncomingMessage } from 'node:http'\n")
  assert.match(compile(project), /Cannot find (name|module) 'node:http'/)
})

/** The declarations that the imports lead to, without those of TypeScript itself. */
function declarationsOf(project: string): readonly string[] {
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', project, '--listFilesOnly'], { encoding: 'utf8' })
  const found = stdout.split('\n').filter((path) => /^(?!lib\.).*\.d\.ts$/.test(basename(path)))
  assert.ok(found.length > 0)
  return found
}

/** What `tsc` reports with the settings of a new, strict project. */
function compile(project: string): string {
  const compilerOptions = { target: 'es2024', module: 'nodenext', strict: true, skipLibCheck: false, noEmit: true }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['imports.ts'] }))
  return spawnSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' }).stdout
}
