/** The order of system calls on SQLite: what a response, or a command, confirms is on the disk before it is sent. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  authorizeUrl,
  newPkce,
  passPages,
  redirectUri,
  requestOf,
  responseOf,
} from '../../packages/server/test/support/code-flow.ts'
import { migratedDatabaseOnDisk } from '../../packages/server/test/support/databases.ts'
import { databaseWithUsers, tim } from '../../packages/server/test/support/people.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { createUserAgent } from '../../packages/server/test/support/user-agent.ts'
import { skipWithout } from '../support/missing-tool.ts'
import { command, temporaryFolder } from '../support/process.ts'
import { findStrace, howToGetStrace } from '../support/strace.ts'

const traced = 'pwrite64,pwritev,fdatasync,fsync,write,writev,sendto,sendmsg'

test('R2 sqlite: between the last write to the write-ahead log and a response, the log is synchronized', async (t) => {
  const strace = findStrace()
  if (strace === undefined) return skipWithout(t, howToGetStrace)
  const { origin, stop } = await serveTraced(t, strace)
  const post = (path: string, form: Readonly<Record<string, string>>) =>
    fetch(origin + path, { method: 'POST', body: new URLSearchParams({ client_id: 'own', ...form }) })
  const tokenFor = async (form: Readonly<Record<string, string>>): Promise<string> => {
    const response = await post('/token', form)
    assert.equal(response.status, 200)
    const { refresh_token } = (await response.json()) as { refresh_token: string }
    return refresh_token
  }
  const refresh = (refresh_token: string) => tokenFor({ grant_type: 'refresh_token', refresh_token })

  let token = await tokenFor({ grant_type: 'password', ...tim })
  for (let count = 0; count < 5; count++) token = await refresh(token)
  assert.equal((await post('/revoke', { token })).status, 200)
  const oneByOne = 7
  const logins = Array.from({ length: 8 }, () => tokenFor({ grant_type: 'password', ...tim }))
  // They share a commit.
  await Promise.all((await Promise.all(logins)).map(refresh))
  const { code, pages } = await getCode(origin)
  await tokenFor(code)

  const calls = orderOf(await stop(), httpResponse)
  assert.equal(calls.split('r').length - 1, oneByOne + 16 + pages + 1)
  assert.doesNotMatch(calls, /w[^s]*r/)
  assert.match(calls, new RegExp(`^(?:[ws]*w[ws]*s[ws]*r){${oneByOne}}`))
  // The last one: the tokens for the code.
  assert.match(calls, /r[^r]*w[^r]*s[^r]*r[ws]*$/)
})

test('R2 sqlite: the command that changes a password says so when the write-ahead log is synchronized', async (t) => {
  const strace = findStrace()
  if (strace === undefined) return skipWithout(t, howToGetStrace)
  const { child, ended } = await startTraced(t, strace, ['users', 'passwd', 'alice'])
  child.stdin?.end('another password of alice\n')
  const calls = orderOf(await ended, /^writev?\(1<.*"Changed the pass/)
  assert.match(calls, /^[ws]*w[ws]*sr[ws]*$/)
})

/** What /token takes for a code of tim, and how many responses the login took. */
async function getCode(
  origin: string,
): Promise<{ readonly code: Readonly<Record<string, string>>; readonly pages: number }> {
  let pages = 0
  const agent = createUserAgent((request) => {
    pages++
    return fetch(request)
  }, origin)
  const pkce = newPkce()
  const app = { client_id: 'app', redirect_uris: [redirectUri] }
  const first = await agent.open(authorizeUrl(requestOf(app, pkce, { scope: 'me' })))
  const code = responseOf(await passPages(agent, first)).get('code') ?? ''
  const form = { grant_type: 'authorization_code', client_id: 'app', redirect_uri: redirectUri }
  return { code: { ...form, code, code_verifier: pkce.verifier }, pages }
}

interface Traced {
  readonly origin: string
  /** Ends it. Resolves with the trace. */
  readonly stop: () => Promise<string>
}

async function serveTraced(t: TestContext, strace: string): Promise<Traced> {
  const { child, ended } = await startTraced(t, strace, ['serve'])
  const { pid, url } = await readyOf(child)
  return {
    origin: url,
    stop: async () => {
      process.kill(pid)
      return await ended
    },
  }
}

/** Killed after the test. */
async function startTraced(
  t: TestContext,
  strace: string,
  args: readonly string[],
): Promise<{ readonly child: ChildProcess; readonly ended: Promise<string> }> {
  const folder = temporaryFolder(t)
  const file = join(folder, 'trace')
  const flags = ['-f', '-y', '-s', '16', '-e', `trace=${traced}`, '-o', file]
  const child = spawn(strace, [...flags, process.execPath, ...command, ...args], {
    env: {
      PATH: process.env['PATH'],
      DATA_DIR: folder,
      DATABASE_URL: await databaseWithUsers(t, 'sqlite', migratedDatabaseOnDisk),
      SECRET_KEY: testSecret,
      PASSWORD_GRANT: 'first-party',
      COUNTERSIGN_CONFIG: fileURLToPath(new URL('./support/killed.config.ts', import.meta.url)),
      PORT: '0',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  const ended = new Promise((resolve) => child.once('close', resolve)).then(() => readFileSync(file, 'utf8'))
  return { child, ended }
}

async function readyOf(child: ChildProcess): Promise<{ readonly pid: number; readonly url: string }> {
  assert.ok(child.stdout)
  for await (const line of createInterface(child.stdout)) {
    const { pid, url } = JSON.parse(line)
    if (url !== undefined) return { pid, url }
  }
  throw new Error('the server ended before it was ready')
}

const httpResponse = /^(?:write|writev|sendto|sendmsg)\(\d+<.*HTTP\/1\.1 /

/** A letter for each call, in its order: `w` write to the write-ahead log, `s` the end of its synchronization, `r` response. */
function orderOf(trace: string, response: RegExp): string {
  // Of the process or thread, whose call ends in a later line.
  const unfinished = new Map<string, string>()
  let order = ''
  for (const line of trace.split('\n')) {
    const [, thread = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const isResumed = text.startsWith('<... ')
    const call = isResumed ? (unfinished.get(thread) ?? '') : text
    const isSync = /^f(?:data)?sync\(\d+<[^>]*-wal>/.test(call)
    if (text.includes('<unfinished ...>')) unfinished.set(thread, text)
    // A sync counts when it ends, all others when they begin.
    if (isSync) order += text.includes('<unfinished ...>') ? '' : 's'
    else if (isResumed) continue
    else if (/^pwrite(?:64|v)\(\d+<[^>]*-wal>/.test(call)) order += 'w'
    else if (response.test(call)) order += 'r'
  }
  return order
}
