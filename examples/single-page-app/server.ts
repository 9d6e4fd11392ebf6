/** Serves the app's files, and oidc-client-ts as it comes from npm: an app in the browser needs no more of a server. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const { ISSUER = 'http://127.0.0.1:8000', APP_URL = 'http://127.0.0.1:3000' } = process.env

const script = 'text/javascript; charset=utf-8'
const page = 'text/html; charset=utf-8'
const files: Readonly<Record<string, { readonly type: string; readonly body: string | Buffer }>> = {
  '/': { type: page, body: readFileSync('app/index.html') },
  '/silent.html': { type: page, body: readFileSync('app/silent.html') },
  '/app.js': { type: script, body: readFileSync('app/app.js') },
  '/silent.js': { type: script, body: readFileSync('app/silent.js') },
  '/style.css': { type: 'text/css; charset=utf-8', body: readFileSync('app/style.css') },
  '/settings.json': { type: 'application/json', body: JSON.stringify({ issuer: ISSUER }) },
  '/oidc-client-ts.js': {
    type: script,
    body: readFileSync(new URL('../browser/oidc-client-ts.min.js', import.meta.resolve('oidc-client-ts'))),
  },
}

// The tokens are in the page: nothing else may run there, and only Countersign and this page itself may stand in a frame of it.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  `connect-src 'self' ${ISSUER}`,
  `frame-src 'self' ${ISSUER}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

const server = createServer((request, response) => {
  const [path = '/'] = (request.url ?? '/').split('?')
  const file = Object.hasOwn(files, path) ? files[path] : undefined
  if (!file) response.writeHead(404).end()
  else response.writeHead(200, { 'content-type': file.type, 'content-security-policy': policy }).end(file.body)
})
const { hostname, port } = new URL(APP_URL)
server.listen(Number(port), hostname, () => console.log(`The single-page app is at ${APP_URL}. Ctrl-C stops both.`))
