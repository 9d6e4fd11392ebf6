/** GET /_trace: every request and its steps, live (server-sent events). Part of `countersign dev` only. */
import type { Context } from '../context.ts'
import { OAuthError } from '../oauth/errors.ts'
import { requestEntry, tracePage, traceScriptText, traceStyleText } from '../pages/trace.ts'
import { html, type Reply } from '../reply.ts'
import type { Told } from '../trace/recorder.ts'

const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Between signs of life, so that neither side takes a quiet stream for a dead one. */
const heartbeatMs = 15_000
/** Bytes that wait for a watcher who does not read, before it is let go. */
const mostUnread = 256 * 1024
/** Watchers at once: each costs every request a little. */
const mostWatchers = 20

export function liveTrace(ctx: Context): Reply {
  return html(tracePage(ctx.traces.recent().filter(isOfInterest).toReversed()), contentSecurityPolicy)
}

/** The stream that the page listens to: each event's data is one entry of the list, as HTML. */
export function traceEvents(ctx: Context): Reply {
  if (ctx.traces.watching() >= mostWatchers) {
    throw new OAuthError('temporarily_unavailable', 'Too many look on. Close another live trace.', {
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
          if ((controller.desiredSize ?? 0) < -mostUnread) end()
        }
        const timer = setInterval(() => send(': still here\n\n'), heartbeatMs)
        const endWatch = ctx.traces.watch({
          tell: (told) => {
            if (isOfInterest(told)) send(eventOf(told))
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

function eventOf(told: Told): string {
  const lines = requestEntry(told).split('\n')
  return `${lines.map((line) => `data: ${line}`).join('\n')}\n\n`
}

/** The page's own requests would bury what it shows. */
function isOfInterest(told: Told): boolean {
  return !told.path.startsWith('/_trace')
}
