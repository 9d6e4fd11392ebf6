/** GET /demo: an app that users can log in to, with an ordinary client (`demo/client.ts`). Only in `countersign dev`. */
import type { Context } from '../context.ts'
import { demoAddress } from '../demo/client.ts'
import { demoLogins } from '../demo/users.ts'
import { knownScopes } from '../domain/scope.ts'
import { demoPage, demoStyleText } from '../pages/demo.ts'
import { demoScriptText } from '../pages/demo-script.ts'
import { html, type Reply } from '../reply.ts'

const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export function demo({ config }: Context): Reply {
  const page = demoPage({
    name: config.brand.name,
    redirectUri: demoAddress(config.issuer),
    scopes: knownScopes(config.scopes),
    logins: demoLogins,
  })
  return html(page, contentSecurityPolicy)
}

export function demoScript(): Reply {
  return { status: 200, headers: { 'content-type': 'text/javascript; charset=utf-8' }, body: demoScriptText }
}

export function demoStyle(): Reply {
  return { status: 200, headers: { 'content-type': 'text/css; charset=utf-8' }, body: demoStyleText }
}
