/** Pages on a server of their own, under the policy that they are served with. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { formPostScript } from '../../packages/server/src/pages/form-post.ts'
import type { Brand } from '../../packages/server/src/pages/frame.ts'
import { pageScript } from '../../packages/server/src/pages/page-script.ts'
import { pagesStyle } from '../../packages/server/src/pages/style.ts'
import { plainBrand } from '../../packages/server/test/support/pages.ts'

const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"

/** Serves each page at its name. Returns the origin, and what was posted so far: path and form. */
export async function servePages(
  test: TestContext,
  pages: Readonly<Record<string, string>>,
  brand: Brand = plainBrand,
) {
  const posts: { readonly path: string; readonly form: URLSearchParams }[] = []
  const files: Readonly<Record<string, { readonly type: string; readonly body: string }>> = {
    '/pages/style.css': { type: 'text/css', body: pagesStyle(brand) },
    '/pages/page.js': { type: 'text/javascript', body: pageScript },
    '/pages/form-post.js': { type: 'text/javascript', body: formPostScript },
  }
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/'
    let body = ''
    for await (const chunk of request) body += chunk
    if (request.method === 'POST') posts.push({ path, form: new URLSearchParams(body) })
    const file = files[path] ?? { type: 'text/html; charset=utf-8', body: pages[path.slice(1)] ?? '<title>?</title>' }
    response.writeHead(200, { 'content-type': file.type, 'content-security-policy': policy }).end(file.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  return { origin: `http://127.0.0.1:${address.port}`, posts }
}

/** Does something that posts a form, and waits for the response. */
export async function pressed(page: Page, press: () => Promise<void>): Promise<void> {
  await Promise.all([page.waitForEvent('load'), press()])
}
