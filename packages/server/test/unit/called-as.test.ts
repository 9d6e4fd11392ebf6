/** The command in messages works where they are read. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { calledAs } from '../../src/config/called-as.ts'

const inPackage = 'node_modules/countersign/dist/config/called-as.js'
const cases: readonly (readonly [where: string, file: string, folder: string, expected: string])[] = [
  ['a clone', 'clone/packages/server/src/config/called-as.ts', 'clone', 'npm run -s countersign --'],
  ['a project', `project/${inPackage}`, 'project', 'npx countersign'],
  ['a folder of a project', `project/${inPackage}`, 'project/scripts', 'npx countersign'],
  ['the cache of npx', `home/.npm/_npx/1a2b/${inPackage}`, 'project', 'npx countersign'],
  ['an installation for all projects', `usr/lib/${inPackage}`, 'project', 'countersign'],
  ['a folder whose name begins as that of the project', `project/${inPackage}`, 'project-2', 'countersign'],
  ['a container', 'app/packages/server/dist/config/called-as.js', 'app', 'countersign'],
]

for (const [where, file, folder, expected] of cases) {
  test(`in ${where}: ${expected}`, () => {
    assert.equal(calledAs(join('/', file), join('/', folder)), expected)
  })
}
