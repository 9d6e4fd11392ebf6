/** GET /errors: the reference that `error_uri` points to. */
import { errorAreas } from '../oauth/error-reference.ts'
import { errorsReferencePage, errorsReferenceStyle } from '../pages/errors-reference.ts'
import { html, type Reply } from '../reply.ts'

const contentSecurityPolicy =
  "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const page = errorsReferencePage(errorAreas)

export function errorsReference(): Reply {
  return html(page, contentSecurityPolicy)
}

export function errorsStyle(): Reply {
  return { status: 200, headers: { 'content-type': 'text/css; charset=utf-8' }, body: errorsReferenceStyle }
}
