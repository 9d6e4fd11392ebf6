/** The files that pages load: the style sheet in the brand's colours, the script of the pages with a form, and that of `form_post`. */
import type { Context } from '../context.ts'
import { formPostScript } from '../pages/form-post.ts'
import { pageScript } from '../pages/page-script.ts'
import { pagesStyle } from '../pages/style.ts'
import type { Reply } from '../reply.ts'

export function stylesheet(ctx: Context): Reply {
  return { status: 200, headers: { 'content-type': 'text/css; charset=utf-8' }, body: pagesStyle(ctx.config.brand) }
}

export function pageScriptFile(): Reply {
  return { status: 200, headers: { 'content-type': 'text/javascript; charset=utf-8' }, body: pageScript }
}

export function formPostFile(): Reply {
  return { status: 200, headers: { 'content-type': 'text/javascript; charset=utf-8' }, body: formPostScript }
}
