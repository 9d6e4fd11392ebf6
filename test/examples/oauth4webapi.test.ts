/** examples/oauth4webapi: a service with strict checks, which every response of Countersign passes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPage } from '../support/browser.ts'
import { startExample } from '../support/example.ts'
import { logInAsTim } from '../support/login.ts'

test('oauth4webapi: its own token, introspection and a login pass every check', async (t) => {
  const service = await startExample(t, 'oauth4webapi')
  const issuer = await service.said(/ready at (http\S+)/)
  await service.said(/A token of the service's own: {"active":true,"client_id":"report-service","scope":"items"}/)
  const { page, complaints } = await openPage(t)
  const app = await service.said(/Log people in at (http\S+)\. /)
  await page.goto(app)
  await logInAsTim(page)
  await page.waitForURL(`${app}/callback?**`)
  assert.equal(new URL(page.url()).searchParams.get('iss'), issuer)

  const { claims, userinfo, introspection } = JSON.parse(await page.locator('body').innerText())
  assert.equal(claims.iss, issuer)
  assert.equal(claims.aud, 'report-service')
  for (const name of ['nonce', 'at_hash', 'sid', 'acr']) assert.equal(typeof claims[name], 'string', name)
  assert.equal(typeof claims.auth_time, 'number')
  assert.deepEqual(claims.amr, ['pwd'])
  assert.equal(userinfo.name, 'Tim Ruscica')
  assert.equal(introspection.scope, 'openid profile email')
  assert.deepEqual(complaints, [])
})

test('oauth4webapi: a callback of a browser that started no login is rejected', async (t) => {
  const service = await startExample(t, 'oauth4webapi')
  const app = await service.said(/Log people in at (http\S+)\. /)
  const response = await fetch(`${app}/callback?code=a-code&state=a-state`)
  assert.equal(response.status, 400)
  assert.match(await response.text(), /^This browser began no log-in\. Log in again: /)
})
