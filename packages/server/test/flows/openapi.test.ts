import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Options } from '../../src/config/options.ts'
import { resolveOptions } from '../../src/config/resolve-options.ts'
import { routesOf } from '../../src/routes.ts'
import { startServer, type TestServer, testSecret } from '../support/server.ts'
import { startTutorialServer } from '../support/tutorial.ts'

/** The routes of the deployment that are no files of pages. */
function describedRoutes(options: Partial<Options>): readonly string[] {
  return routesOf(resolveOptions({ secretKey: testSecret, ...options }))
    .filter(({ path }) => !/\.(css|js|png)$/.test(path))
    .map(({ method, path }) => `${method} ${path}`)
    .toSorted()
}

async function readDocument({ get }: TestServer) {
  return JSON.parse(await (await get('/openapi.json')).text())
}

test('the document describes every route of the route table', async (t) => {
  for (const [server, options] of [
    [await startTutorialServer(t), { demo: true, passwordGrant: 'first-party' }],
    [await startServer(t), {}],
  ] as const) {
    const { openapi, paths } = await readDocument(server)
    assert.equal(openapi, '3.1.0')
    const documented = Object.entries<object>(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    assert.deepEqual(documented.toSorted(), describedRoutes(options))
  }
})

test('/docs asks for the tutorial login, and each operation names the scopes that it needs', async (t) => {
  const { paths, components } = await readDocument(await startTutorialServer(t))
  assert.deepEqual(components.securitySchemes.OAuth2PasswordBearer, {
    type: 'oauth2',
    flows: {
      password: {
        tokenUrl: 'token',
        scopes: { me: 'Read information about the current user.', items: 'Read items.' },
      },
    },
  })
  assert.deepEqual(paths['/users/me/'].get.security, [{ OAuth2PasswordBearer: ['me'] }])
  assert.deepEqual(paths['/userinfo'].post.security, [{ OAuth2PasswordBearer: ['openid'] }])
  assert.equal(paths['/introspect'].post.security, undefined)
})

test('the query and the form of /authorize have the same parameters, and an error of a page is a page', async (t) => {
  const { paths, components } = await readDocument(await startServer(t))
  const { get, post } = paths['/authorize']
  const names = get.parameters.map(({ name }: { readonly name: string }) => name)
  assert.deepEqual(names, Object.keys(components.schemas.AuthorizationRequest.properties))
  assert.deepEqual(post.requestBody.content['application/x-www-form-urlencoded'].schema, {
    $ref: '#/components/schemas/AuthorizationRequest',
  })
  assert.deepEqual(Object.keys(get.responses['400'].content), ['text/html'])
  assert.deepEqual(Object.keys(paths['/token'].post.responses['400'].content), ['application/json'])
  assert.equal(paths['/revocations'].get.responses['304'].content, undefined)
})

test('the reference names every route', () => {
  const page = readFileSync(new URL('../../../../docs/reference/http.md', import.meta.url), 'utf8')
  const named = new Set([...page.matchAll(/`(GET|POST) (\/[^`]*)`/g)].map(([, method, path]) => `${method} ${path}`))
  const routes = [{ demo: true }, {}].flatMap((options) =>
    routesOf(resolveOptions({ secretKey: testSecret, ...options })),
  )
  // Swagger UI's own files.
  const missing = routes
    .filter(({ path }) => !path.startsWith('/docs/'))
    .map(({ method, path }) => `${method} ${path}`)
    .filter((name) => !named.has(name))
  assert.deepEqual(missing, [])
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
