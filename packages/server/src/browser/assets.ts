/** The files that pages load: the style sheet in the brand's colours, and the script of `form_post`. */
import type { Context } from '../context.ts'
import { formPostScript } from '../pages/form-post.ts'
import { pagesStyle } from '../pages/style.ts'
import type { Reply } from '../reply.ts'

export function stylesheet(ctx: Context): Reply {
  return { status: 200, headers: { 'content-type': 'text/css; charset=utf-8' }, body: pagesStyle(ctx.config.brand) }
}

export function formPostFile(): Reply {
  return { status: 200, headers: { 'content-type': 'text/javascript; charset=utf-8' }, body: formPostScript }
}
