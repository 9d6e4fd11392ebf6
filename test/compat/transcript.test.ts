/** The second seed's curl transcript, replayed against `countersign dev` in its own process. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { databaseKinds, freshDatabase } from '../../packages/server/test/support/databases.ts'
import { startCommand, temporaryFolder } from '../support/process.ts'

interface Exchange {
  readonly name: string
  readonly request: { method: string; path: string; headers: Record<string, string>; body?: string }
  readonly response: { status: number; body?: unknown; body_contains?: Record<string, unknown> }
}

interface Transcript {
  readonly exchanges: readonly Exchange[]
  readonly log_seen: Readonly<Record<string, readonly string[]>>
  readonly header_seen: unknown
}

// The file is the contract: the tests check its shape when they use it.
const transcript: Transcript = JSON.parse(readFileSync(new URL('transcript.json', import.meta.url), 'utf8'))

for (const kind of databaseKinds) {
  for (const algorithm of ['ES256', 'HS256']) {
    test(`replaying the transcript on ${kind} under ${algorithm} gives the same responses, and the trace names the seed's steps`, async (t) => {
      const database = await freshDatabase(kind)
      t.after(database.remove)
      const dev = await startCommand(t, ['dev', '--trace'], {
        DATA_DIR: temporaryFolder(t),
        DATABASE_URL: database.url,
        ALGORITHM: algorithm,
      })
      let accessToken = ''
      const requestIds = new Map<string, string>()
      for (const { name, request, response: expected } of transcript.exchanges) {
        const headers = Object.entries(request.headers).map(([header, value]): [string, string] => [
          header,
          value.replace('<access_token>', accessToken),
        ])
        const response = await fetch(`${dev.origin}${request.path}`, {
          method: request.method,
          headers,
          ...(request.body !== undefined && { body: request.body }),
        })
        const body = JSON.parse(await response.text())
        assert.equal(response.status, expected.status, name)
        if (expected.body) assert.deepEqual(body, expected.body, name)
        for (const [member, value] of Object.entries(expected.body_contains ?? {}))
          assert.equal(body[member], value, name)
        if (name === 'token') {
          accessToken = body.access_token
          requireTutorialToken(accessToken, algorithm)
        }
        requestIds.set(name, response.headers.get('x-request-id') ?? '')
      }
      // The output of a process is complete when it has ended.
      const { code, stdout } = await dev.stop('SIGINT')
      assert.equal(code, 0)
      for (const [name, requestId] of requestIds) {
        const seen = transcript.log_seen[name] ?? []
        assert.deepEqual(stepsOf(stdout, requestId, seen), seen, name)
      }
      assert.equal(stdout.includes(accessToken.split('.')[2] ?? 'none'), false, 'a token is in the trace')
      assert.equal(stdout.includes('$2b$'), false, 'a hash is in the trace')
    })
  }
}

function requireTutorialToken(token: string, algorithm: string): void {
  const [header, payload] = token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
  if (algorithm === 'HS256') assert.deepEqual(header, transcript.header_seen)
  else assert.equal(header.typ, 'at+jwt')
  assert.equal(payload.sub, 'tim')
  assert.ok(Math.abs(payload.exp - Date.now() / 1000 - 30 * 60) < 60)
}

/** The steps of a request in the printed trace, limited to those in the seed's log. */
function stepsOf(printed: string, requestId: string, names: readonly string[]): readonly string[] {
  const [, after = ''] = printed.split(`(${requestId})\n`)
  const lines = after.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('  '))
  const steps = lines.slice(0, end).map((line) => line.trim().split(/\s+/)[1] ?? '')
  return steps.filter((step) => names.includes(step))
}
