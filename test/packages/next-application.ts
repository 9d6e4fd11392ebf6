/** `npm run test:next`: the Next.js application that `create-countersign` writes, with Next.js itself, which is large. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  createApplication,
  edit,
  logInAndDisable,
  runScript,
  runUntilEnd,
  startApplication,
} from '../support/application.ts'
import { installInto, packPackages } from '../support/packages.ts'
import { temporaryFolder } from '../support/process.ts'

test('next: a new application builds without a database, and a user logs in until disabled', async (t) => {
  const folder = temporaryFolder(t)
  const { guard, client, server, 'create-countersign': command } = packPackages(folder)
  const application = await createApplication(folder, command, 'next')
  installInto(application.project, [guard, client, server])
  assert.match(runScript(application, 'test'), /^ℹ fail 0$/m)
  runScript(application, 'build')
  assert.ok(!existsSync(join(application.project, 'data')))
  edit(application.project, '.env', 'TRUSTED_PROXIES=', 'TRUSTED_PROXIES=x')
  const { status, stderr } = runUntilEnd(application, 'start')
  assert.equal(status, 1)
  assert.match(stderr, /^TRUSTED_PROXIES must be IP addresses or CIDR ranges, such as 10\.0\.0\.0\/8$/m)
  assert.doesNotMatch(stderr, /^ +at /m)
  edit(application.project, '.env', 'TRUSTED_PROXIES=x', 'TRUSTED_PROXIES=')
  await startApplication(t, application).said(/Ready in/)
  await logInAndDisable(t, application)
})
