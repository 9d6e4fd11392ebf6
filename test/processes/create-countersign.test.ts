/** What `npm create countersign` asks at a terminal. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '../support/process.ts'
import { hasTerminal, runNodeAtTerminal } from '../support/terminal.ts'

const main = fileURLToPath(new URL('../../packages/create-countersign/src/main.ts', import.meta.url))
const columns = 80

test('it asks for the folder and the template, the template again when there is none of that name', async (t) => {
  if (!hasTerminal(t)) return
  const folder = temporaryFolder(t)
  const dialog = [
    [/Folder \(my-application\): /, 'shop\r'],
    [/Template, .*: /, 'koa\r'],
    [/Template, .*: /, 'express\r'],
  ] as const
  const { code, stdout } = await runNodeAtTerminal([main], {}, { columns, dialog }, folder)
  assert.equal(code, 0, stdout)
  assert.match(stdout, /^Wrote shop\.$/m)
  assert.match(readFileSync(join(folder, 'shop/package.json'), 'utf8'), /"express"/)
})

test('the Enter key takes the defaults', async (t) => {
  if (!hasTerminal(t)) return
  const folder = temporaryFolder(t)
  const dialog = [
    [/Folder .*: /, '\r'],
    [/Template, .*: /, '\r'],
  ] as const
  assert.equal((await runNodeAtTerminal([main], {}, { columns, dialog }, folder)).code, 0)
  assert.match(readFileSync(join(folder, 'my-application/package.json'), 'utf8'), /"hono"/)
})

test('it asks only for what the command line leaves open', async (t) => {
  if (!hasTerminal(t)) return
  const folder = temporaryFolder(t)
  const dialog = [[/Folder .*: /, 'shop\r']] as const
  assert.equal((await runNodeAtTerminal([main, '--template', 'next'], {}, { columns, dialog }, folder)).code, 0)
  assert.ok(existsSync(join(folder, 'shop/next.config.ts')))
})

test('Ctrl-D writes nothing', async (t) => {
  if (!hasTerminal(t)) return
  const folder = temporaryFolder(t)
  const { code, stdout } = await runNodeAtTerminal([main], {}, { columns, dialog: [[/Folder .*: /, '\u0004']] }, folder)
  assert.equal(code, 1)
  assert.match(stdout, /^Nothing was written\.$/m)
  assert.deepEqual(readdirSync(folder), [])
})
