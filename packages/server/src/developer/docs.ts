/** GET /docs: Swagger UI, served by this server with a strict content security policy. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { docsPage, docsSchemeScript, docsStartScript, docsStyle } from '../pages/docs.ts'
import { html, type Reply } from '../reply.ts'

/** Swagger UI's scripts set style attributes, which `style-src 'self'` allows. Its icons are data URLs. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

interface DocsFile {
  readonly type: string
  /** Its name in Swagger UI's package, or the text of a file of ours. */
  readonly source: { readonly packaged: string } | { readonly text: string }
}

/** The page's files, by path. */
export const docsFiles: Readonly<Record<string, DocsFile>> = {
  '/docs/swagger-ui.css': { type: 'text/css; charset=utf-8', source: { packaged: 'swagger-ui.css' } },
  '/docs/swagger-ui-bundle.js': {
    type: 'text/javascript; charset=utf-8',
    source: { packaged: 'swagger-ui-bundle.js' },
  },
  '/docs/favicon-32x32.png': { type: 'image/png', source: { packaged: 'favicon-32x32.png' } },
  '/docs/style.css': { type: 'text/css; charset=utf-8', source: { text: docsStyle } },
  '/docs/scheme.js': { type: 'text/javascript; charset=utf-8', source: { text: docsSchemeScript } },
  '/docs/start.js': { type: 'text/javascript; charset=utf-8', source: { text: docsStartScript } },
}

export function docs(): Reply {
  return html(docsPage(), contentSecurityPolicy)
}

/** Serves one of the files. It is read once and then shared, so that many slow readers need only one copy in memory. */
export function docsAsset({ type, source }: DocsFile): () => Reply {
  let body: string | Uint8Array<ArrayBuffer> | undefined
  return () => {
    body ??= 'text' in source ? source.text : readPackaged(source.packaged)
    return { status: 200, headers: { 'content-type': type }, body }
  }
}

/** `imports` in package.json says where the files are: in the development dependency, or beside the compiled code. */
function readPackaged(name: string): Uint8Array<ArrayBuffer> {
  return readFileSync(fileURLToPath(import.meta.resolve(`#swagger-ui/${name}`)))
}
