/** GET /docs: Swagger UI, served from here with a strict content security policy. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Context } from '../context.ts'
import { docsPage, docsStartScript } from '../pages/docs.ts'
import { html, type Reply } from '../reply.ts'
import type { Request } from '../request.ts'

/** Swagger UI sets style attributes through scripts, which `style-src 'self'` allows; its icons are data URLs. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The page's files: where each is served, what it is, and its name in Swagger UI's package where it comes from there. */
export const docsFiles: Readonly<Record<string, { readonly type: string; readonly packaged?: string }>> = {
  '/docs/swagger-ui.css': { type: 'text/css; charset=utf-8', packaged: 'swagger-ui.css' },
  '/docs/swagger-ui-bundle.js': { type: 'text/javascript; charset=utf-8', packaged: 'swagger-ui-bundle.js' },
  '/docs/favicon-32x32.png': { type: 'image/png', packaged: 'favicon-32x32.png' },
  '/docs/start.js': { type: 'text/javascript; charset=utf-8' },
}

export function docs(): Reply {
  return html(docsPage(), contentSecurityPolicy)
}

export async function docsAsset(_ctx: Context, request: Request): Promise<Reply> {
  const file = docsFiles[request.path]
  if (!file) throw new Error('the route table mounts a docs file that is not listed')
  const body = file.packaged === undefined ? docsStartScript : await readPackaged(file.packaged)
  return { status: 200, headers: { 'content-type': file.type }, body }
}

async function readPackaged(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return await readFile(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`)))
}
