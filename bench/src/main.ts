/**
 * `npm run bench [case ...]`: runs the cases one after another, prints what they found as a table, and keeps it as JSON. When a case
 * fails, the others still run.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { inspect, parseArgs } from 'node:util'
import { capacity } from './cases/capacity.ts'
import { clientCredentials } from './cases/client-credentials.ts'
import { codeFlow } from './cases/code-flow.ts'
import { directories } from './cases/directories.ts'
import { embedded } from './cases/embedded.ts'
import { firstToken } from './cases/first-token.ts'
import { guardCheck } from './cases/guard-check.ts'
import { guardFrameworks } from './cases/guard-frameworks.ts'
import { introspection } from './cases/introspection.ts'
import { loginsSaturate } from './cases/logins-saturate.ts'
import { memory } from './cases/memory.ts'
import { millionUsers } from './cases/million-users.ts'
import { refresh } from './cases/refresh.ts'
import { revocations } from './cases/revocations.ts'
import { startAfterCrash } from './cases/start-after-crash.ts'
import { startUp } from './cases/start-up.ts'
import { storm } from './cases/storm.ts'
import { testKit } from './cases/test-kit.ts'
import { tokenPassword } from './cases/token-password.ts'
import { usersMe } from './cases/users-me.ts'
import { workers } from './cases/workers.ts'
import { type Case, type Finding, table } from './findings.ts'
import { canPin } from './processes.ts'

const cases: Readonly<Record<string, Case>> = {
  'users-me': usersMe,
  'token-password': tokenPassword,
  'logins-saturate': loginsSaturate,
  storm,
  workers,
  capacity,
  directories,
  'client-credentials': clientCredentials,
  refresh,
  introspection,
  'code-flow': codeFlow,
  'guard-check': guardCheck,
  'guard-frameworks': guardFrameworks,
  embedded,
  'test-kit': testKit,
  revocations,
  'start-up': startUp,
  'start-after-crash': startAfterCrash,
  'first-token': firstToken,
  memory,
  'million-users': millionUsers,
}

/** Take minutes: to start servers, or to fill the database. */
const onlyWhenNamed = ['capacity', 'directories', 'million-users', 'start-after-crash']

const { positionals } = parseArgs({ allowPositionals: true })
const names = positionals.length > 0 ? positionals : Object.keys(cases).filter((name) => !onlyWhenNamed.includes(name))
const unknown = names.filter((name) => !Object.hasOwn(cases, name))
if (unknown.length > 0) {
  say(`There is no case ${unknown.join(', ')}. Choose from: ${Object.keys(cases).join(', ')}`)
  process.exitCode = 1
} else {
  await run()
}

async function run(): Promise<void> {
  say(`${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}`)
  say(canPin ? 'Where one core is measured: server on core 0, load on core 1 (taskset)' : 'Not pinned: no taskset here')

  const findings: Finding[] = []
  const failures: string[] = []
  for (const name of names) {
    say(`\n${name}`)
    try {
      findings.push(...((await cases[name]?.((progress) => say(`  ${progress}`))) ?? []))
    } catch (error) {
      say(`  failed: ${inspect(error)}`)
      failures.push(name)
    }
  }
  say(`\n${table(findings)}`)
  say('Only the ratios say something about another machine; the figures are of this one, now.')
  if (positionals.length === 0) say(`Not run, because it takes minutes: npm run bench -- ${onlyWhenNamed.join(' ')}`)
  keep(findings, failures)
  if (failures.length > 0) {
    say(`\nFailed: ${failures.join(', ')}. What each one threw is above.`)
    process.exitCode = 1
  }
}

function keep(findings: readonly Finding[], failures: readonly string[]): void {
  const folder = new URL('../results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const run = { node: process.versions.node, cores: cpus().length, processor: cpus()[0]?.model, isPinned: canPin }
  writeFileSync(new URL('latest.json', folder), `${JSON.stringify({ ...run, failures, findings }, null, 2)}\n`)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
