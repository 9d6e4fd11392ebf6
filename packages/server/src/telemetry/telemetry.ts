/**
 * Spans for OpenTelemetry: one for each request of a known path, with the steps that `countersign why` shows. The program sets up the SDK and
 * where the spans go; without that they go nowhere.
 */
import type { Attributes, TextMapGetter } from '@opentelemetry/api'
import { loadPackage } from '../config/load-package.ts'
import { version } from '../config/version.ts'
import type { Facts, Step } from '../trace/trace.ts'

export interface Telemetry {
  /** Begins the span of a request. Its parent is the span around it, or else what the client names (`traceparent`, W3C Trace Context §3.2). */
  readonly begin: (request: BegunRequest) => RequestSpan | undefined
  /** What a request to another service carries, so that its spans belong to the request that is being handled. */
  readonly outgoingHeaders: () => Readonly<Record<string, string>>
}

export interface BegunRequest {
  readonly method: string
  readonly path: string
  /** `performance.now()` when it arrived. */
  readonly startedMs: number
  readonly header: (name: string) => string | undefined
}

export interface RequestSpan {
  /** Runs `work` inside the span. */
  readonly run: <Result>(work: () => Result) => Result
  readonly end: (response: EndedRequest) => void
}

export interface EndedRequest {
  readonly requestId: string
  readonly status: number
  readonly reason: string | undefined
  readonly steps: readonly Step[]
}

type Header = BegunRequest['header']

const headers: TextMapGetter<Header> = { get: (header, name) => header(name), keys: () => [] }

/** @throws Error when `@opentelemetry/api` is not installed */
export async function createTelemetry(): Promise<Telemetry> {
  const { context, propagation, SpanKind, SpanStatusCode, trace } = await loadPackage(
    '@opentelemetry/api',
    () => import('@opentelemetry/api'),
  )
  const tracer = trace.getTracer('countersign', version)

  return {
    begin: ({ method, path, startedMs, header }) => {
      const around = trace.getSpan(context.active())
      const parent = around ? context.active() : propagation.extract(context.active(), header, headers)
      const kind = around ? SpanKind.INTERNAL : SpanKind.SERVER
      // https://opentelemetry.io/docs/specs/semconv/http/http-spans/
      const attributes = { 'http.request.method': method, 'http.route': path }
      const span = tracer.startSpan(`${method} ${path}`, { kind, startTime: epochMs(startedMs), attributes }, parent)
      const inside = trace.setSpan(parent, span)

      function addStep({ name, startedMs: sinceArrival, durationMs, outcome, facts }: Step): void {
        const stepMs = epochMs(startedMs + sinceArrival)
        const child = tracer.startSpan(name, { startTime: stepMs, attributes: attributesOf(facts) }, inside)
        if (outcome === 'failed') child.setStatus({ code: SpanStatusCode.ERROR, message: String(facts['reason']) })
        child.end(stepMs + durationMs)
      }

      return {
        run: (work) => context.with(inside, work),
        end: ({ requestId, status, reason, steps }) => {
          span.setAttributes({
            'http.response.status_code': status,
            ...attributesOf({ request_id: requestId, ...(reason !== undefined && { reason }) }),
          })
          // A rejected request is the client's error, and no failure of this server.
          if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
          if (span.isRecording()) for (const step of steps) addStep(step)
          span.end()
        },
      }
    },
    outgoingHeaders: () => {
      const carrier: Record<string, string> = {}
      propagation.inject(context.active(), carrier)
      return carrier
    },
  }
}

function epochMs(sinceStartMs: number): number {
  return performance.timeOrigin + sinceStartMs
}

function attributesOf(facts: Facts): Attributes {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [`countersign.${name}`, value]))
}
