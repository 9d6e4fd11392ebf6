/** `countersign doctor --user`: the whole flow of a user, and where no password is sent. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setDefaultCACertificates } from 'node:tls'
import { tryLogin } from '../../../src/cli/doctor/login.ts'
import { Unreachable } from '../../../src/cli/doctor/probe.ts'
import { systemClock } from '../../../src/environment.ts'
import { certificate, examine, page, start, trusted, wrong } from '../../support/doctor.ts'
import { tim } from '../../support/people.ts'
import { startProxy } from '../../support/proxy.ts'

const shared = await start({ after })

test('the whole flow of a user works, and leaves no grant and no session', async () => {
  const { target, server } = shared
  const findings = await examine({ ...target, credentials: tim }, 'login')
  assert.deepEqual(wrong(findings), [])
  assert.equal(findings.at(-1)?.message, 'tim can use: login, code, token, userinfo, refresh, revoke, logout.')
  const { grants } = server.server.context.store
  assert.deepEqual(await grants.ofUser('tim', Math.floor(systemClock())), [])
})

test('a wrong password is a finding without the password, and none is sent where the certificate is not valid', async (t) => {
  const credentials = { username: 'tim', password: 'a wrong password' }
  const [found, ...more] = wrong(await examine({ ...shared.target, credentials }, 'login'))
  assert.deepEqual([found, more], ['login: The username or the password is not accepted.', []])

  setDefaultCACertificates(trusted)
  t.after(() => setDefaultCACertificates([...trusted, certificate.authority]))
  let sent = ''
  shared.proxy.fault = {
    request: ({ path, body }) => {
      sent += `${path} ${body}\n`
    },
  }
  const findings = await examine({ ...shared.target, credentials: tim }, 'login')
  const { issuer, client, random } = shared.target
  assert.ok(client)
  // The certificate may be another one than the one that was checked before.
  await assert.rejects(tryLogin(issuer, client, tim, random), Unreachable)
  shared.proxy.fault = {}
  assert.match(findings.at(-1)?.message ?? '', /no password is sent where the certificate is not valid/)
  assert.ok(!sent.includes(tim.password), sent)
})

test('no password is sent to another origin, wherever a page leads', async (t) => {
  const elsewhere = await startProxy(t, certificate)
  let sent = ''
  elsewhere.fault = {
    answer: ({ body }) => {
      sent += body
      return page(200)
    },
  }
  shared.proxy.fault = {
    response: (response) => {
      response.body = response.body.replace('action="/login"', `action="${elsewhere.origin}/login"`)
    },
  }
  const found = wrong(await examine({ ...shared.target, credentials: tim }, 'login'))
  shared.proxy.fault = {}
  assert.match(
    found.join(),
    /^login: There is no response: a page leads to https:\/\/127\.0\.0\.1:\d+, which is not asked/,
  )
  assert.equal(sent, '')
})
