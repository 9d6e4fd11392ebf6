/** Bundles the app once, and serves its files: a browser app needs no other server. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { build } from 'esbuild'

const { ISSUER = 'http://127.0.0.1:8000', APP_URL = 'http://127.0.0.1:3000' } = process.env

const bundle = await build({
  entryPoints: ['app/app.js'],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  // In this repository the packages are not built. Outside of it, this condition is not needed.
  conditions: ['source'],
  write: false,
})

const page = 'text/html; charset=utf-8'
const files: ReadonlyMap<string, { readonly type: string; readonly body: string | Uint8Array }> = new Map([
  ['/', { type: page, body: readFileSync('app/index.html') }],
  ['/app.js', { type: 'text/javascript; charset=utf-8', body: bundle.outputFiles[0]?.contents ?? '' }],
  ['/style.css', { type: 'text/css; charset=utf-8', body: readFileSync('app/style.css') }],
  ['/settings.json', { type: 'application/json', body: JSON.stringify({ issuer: ISSUER }) }],
])

// The tokens are in the page: only the app's scripts may run there, and they may call only the app itself and Countersign.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  `connect-src 'self' ${ISSUER}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const server = createServer((request, response) => {
  const file = files.get((request.url ?? '/').split('?')[0] ?? '/')
  if (file === undefined) {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, {
    'content-type': file.type,
    'content-security-policy': policy,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  response.end(file.body)
})
const { hostname, port } = new URL(APP_URL)
server.listen(Number(port), hostname, () => console.log(`The browser app is at ${APP_URL}. Ctrl-C stops both.`))
