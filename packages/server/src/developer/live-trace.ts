/** GET /_trace: every request and its steps, live (server-sent events). Part of `countersign dev` only. */
import type { Context } from '../context.ts'
import { OAuthError } from '../oauth/errors.ts'
import { requestEntry, tracePage, traceScriptText, traceStyleText } from '../pages/trace.ts'
import { html, type Reply } from '../reply.ts'
import type { RecordedRequest } from '../trace/recorder.ts'

const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** A comment is sent so often, so that neither side closes a quiet stream. */
const heartbeatMs = 15_000
/** Bytes that wait for a watcher that does not read, before its stream ends. */
const maxUnread = 256 * 1024
/** Maximum number of watchers: each one slows down every request a little. */
const maxWatchers = 20

export function liveTrace(ctx: Context): Reply {
  return html(tracePage(ctx.traces.recent().filter(isShown).toReversed()), contentSecurityPolicy)
}

/** The stream for the page: each event's data is one entry of the list, as HTML. */
export function traceEvents(ctx: Context): Reply {
  if (ctx.traces.watcherCount() >= maxWatchers) {
    throw new OAuthError('temporarily_unavailable', 'Too many live traces are open. Close one.', {
      reason: 'watchers_full',
      headers: { 'retry-after': '5' },
    })
  }
  let stop = () => {}
  const unread = new ByteLengthQueuingStrategy({ highWaterMark: 0 })
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = () => {
          stop()
          controller.close()
        }
        const send = (text: string) => {
          controller.enqueue(new TextEncoder().encode(text))
          if ((controller.desiredSize ?? 0) < -maxUnread) end()
        }
        const timer = setInterval(() => send(': still here\n\n'), heartbeatMs)
        const endWatch = ctx.traces.watch({
          show: (request) => {
            if (isShown(request)) send(eventOf(request))
          },
          end,
        })
        stop = () => {
          clearInterval(timer)
          endWatch()
        }
        send('retry: 1000\n\n')
      },
      cancel: () => stop(),
    },
    unread,
  )
  return { status: 200, headers: { 'content-type': 'text/event-stream' }, body }
}

export function traceScript(): Reply {
  return { status: 200, headers: { 'content-type': 'text/javascript; charset=utf-8' }, body: traceScriptText }
}

export function traceStyle(): Reply {
  return { status: 200, headers: { 'content-type': 'text/css; charset=utf-8' }, body: traceStyleText }
}

function eventOf(request: RecordedRequest): string {
  const lines = requestEntry(request).split('\n')
  return `${lines.map((line) => `data: ${line}`).join('\n')}\n\n`
}

/** The requests of the page itself are not shown: they would hide the others. */
function isShown(request: RecordedRequest): boolean {
  return !request.path.startsWith('/_trace')
}
