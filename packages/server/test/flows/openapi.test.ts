import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { resolveOptions } from '../../src/config/resolve-options.ts'
import { routesOf } from '../../src/routes.ts'
import { testSecret } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'

test('the document describes exactly the routes of the route table', async (t) => {
  const { get } = await startTutorialServer(t)
  const document = JSON.parse(await (await get('/openapi.json')).text())
  const described = routesOf(resolveOptions({ secretKey: testSecret, demo: true, passwordGrant: 'first-party' }))
    .filter((route) => route.operation)
    .map((route) => route.path)

  assert.equal(document.openapi, '3.1.0')
  assert.deepEqual(Object.keys(document.paths).toSorted(), described.toSorted())
  assert.deepEqual(document.components.securitySchemes.OAuth2PasswordBearer, {
    type: 'oauth2',
    flows: {
      password: {
        tokenUrl: 'token',
        scopes: { me: 'Read information about the current user.', items: 'Read items.' },
      },
    },
  })
  assert.deepEqual(document.paths['/users/me/'].get.security, [{ OAuth2PasswordBearer: ['me'] }])
})

test('every reference in the document points to a schema', async (t) => {
  const { get } = await startTutorialServer(t)
  const text = await (await get('/openapi.json')).text()
  const document = JSON.parse(text)
  const references = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)]
  assert.ok(references.length > 0)
  for (const [, name = ''] of references) {
    assert.ok(name in document.components.schemas, name)
  }
})

test('the document has the version of the package', async (t) => {
  const { get } = await startTutorialServer(t)
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  assert.equal(JSON.parse(await (await get('/openapi.json')).text()).info.version, version)
})
