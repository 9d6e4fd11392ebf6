/** Spans for OpenTelemetry, with its real SDK: one for each request, with its steps, in the trace that the client names. */
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { before, beforeEach, type TestContext, test } from 'node:test'
import {
  type Context,
  type ContextManager,
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { createApp } from '../../src/http/app.ts'
import { httpDirectory } from '../../src/users/directories/http.ts'
import { startServer } from '../support/server.ts'

const exporter = new InMemorySpanExporter()
const spans = () => exporter.getFinishedSpans()

interface Sdk {
  readonly processor?: SpanProcessor
  readonly propagator?: TextMapPropagator
}

/** For the servers that start from now on: a tracer belongs to its SDK. */
function useSdk({ processor, propagator }: Sdk = {}): void {
  trace.disable()
  propagation.disable()
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [processor ?? new SimpleSpanProcessor(exporter)] }),
  )
  propagation.setGlobalPropagator(propagator ?? new W3CTraceContextPropagator())
}

before(() => {
  useSdk()
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
})

beforeEach(() => exporter.reset())

/** A directory whose service knows nobody. */
async function emptyDirectory(
  t: TestContext,
  onRequest: (incoming: IncomingMessage) => void = () => {},
  isSilent: boolean = false,
) {
  const service = createServer((incoming, outgoing) => {
    onRequest(incoming)
    if (!isSilent) outgoing.setHeader('content-type', 'application/json').end('{"users":[]}')
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  t.after(() => service.close().closeAllConnections())
  const { port } = service.address() as AddressInfo
  const secret = 'whsec_dGVzdC10ZXN0LXRlc3QtdGVzdC10ZXN0LXRlc3Q='
  return httpDirectory({ name: 'service', url: `http://127.0.0.1:${port}`, secret, unsafeHttp: true })
}

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const clientSpan = '00f067aa0ba902b7'
const traceparent = `00-${traceId}-${clientSpan}-01`

test('a request is a span of the trace that its traceparent names, and its steps are inside', async (t) => {
  const server = await startServer(t, { openTelemetry: true, passwordGrant: 'first-party' })
  const form = { username: 'tim', password: 'a wrong password of tim' }
  const response = await server.post('/token', form, { traceparent })
  assert.equal(response.status, 401)

  const request = spans().at(-1)
  assert.equal(request?.name, 'POST /token')
  assert.equal(request.kind, SpanKind.SERVER)
  assert.equal(request.spanContext().traceId, traceId)
  assert.equal(request.parentSpanContext?.spanId, clientSpan)
  assert.equal(request.attributes['http.response.status_code'], 401)
  assert.equal(request.attributes['countersign.reason'], 'password_mismatch')
  assert.equal(request.attributes['countersign.request_id'], response.headers.get('x-request-id'))
  assert.equal(request.status.code, SpanStatusCode.UNSET)

  const steps = spans().slice(0, -1)
  assert.deepEqual(
    new Set(steps.map((step) => step.parentSpanContext?.spanId)),
    new Set([request.spanContext().spanId]),
  )
  const login = steps.find(({ name }) => name === 'authenticate_user')
  assert.equal(login?.status.code, SpanStatusCode.ERROR)
  assert.equal(login.status.message, 'password_mismatch')
  assert.ok(login.duration[1] > 0)
  const attributes = JSON.stringify(spans().map((span) => [span.name, span.attributes]))
  assert.equal(attributes.includes(form.password), false)
})

test('without a traceparent, or with a wrong one, a request begins a trace', async (t) => {
  const server = await startServer(t, { openTelemetry: true })
  for (const wrong of [undefined, 'x', `00-${'0'.repeat(32)}-${clientSpan}-01`, traceparent.repeat(3)]) {
    exporter.reset()
    await server.get('/users/me', wrong === undefined ? {} : { traceparent: wrong })
    const request = spans().at(-1)
    assert.equal(request?.name, 'GET /users/me')
    assert.equal(request.parentSpanContext, undefined)
  }
})

test('in a program that has a span for the request already, that is the parent', async (t) => {
  const server = await startServer(t, { openTelemetry: true })
  await trace.getTracer('program').startActiveSpan('around', async (around) => {
    await server.get('/users/me', { traceparent })
    around.end()
  })
  const [around, request] = [spans().at(-1), spans().at(-2)]
  assert.equal(request?.parentSpanContext?.spanId, around?.spanContext().spanId)
  assert.equal(request?.kind, SpanKind.INTERNAL)
})

test('a request to the service of a directory carries the traceparent of its login', async (t) => {
  const received: (string | undefined)[] = []
  const directory = await emptyDirectory(t, ({ headers }) => received.push(String(headers['traceparent'])))
  const options = { openTelemetry: true, passwordGrant: 'first-party', directories: [directory] } as const
  const server = await startServer(t, options)
  await server.post('/token', { username: 'somebody', password: 'a password' }, { traceparent })

  const request = spans().at(-1)
  assert.equal(request?.name, 'POST /token')
  assert.deepEqual(new Set(received), new Set([`00-${traceId}-${request.spanContext().spanId}-01`]))
})

test('no request fails because the SDK throws, and the log says it once', async (t) => {
  const fails = (): never => {
    throw new Error('a broken SDK')
  }
  const directory = await emptyDirectory(t)
  const options = { openTelemetry: true, passwordGrant: 'first-party', directories: [directory] } as const
  const processor = {
    onStart: () => {},
    onEnd: fails,
    forceFlush: async () => {},
    shutdown: async () => {},
  }
  t.after(() => useSdk())
  const broken: readonly Sdk[] = [
    { processor },
    { processor: { ...processor, onStart: fails, onEnd: () => {} } },
    { propagator: { inject: fails, extract: (around) => around, fields: () => [] } },
    { propagator: { inject: () => {}, extract: fails, fields: () => [] } },
    // What no request can carry.
    ...['a\nb', '\u20ac'].map((value) => ({
      propagator: {
        inject: (_context: Context, carrier: unknown, setter: TextMapSetter) => setter.set(carrier, 'baggage', value),
        extract: (around: Context) => around,
        fields: () => [],
      },
    })),
  ]
  for (const sdk of broken) {
    useSdk(sdk)
    const server = await startServer(t, options)
    assert.equal((await server.get('/.well-known/jwks.json')).status, 200)
    assert.equal((await server.post('/token', { username: 'somebody', password: 'a password' })).status, 401)
    assert.equal(server.log.filter(({ message }) => message.startsWith('OpenTelemetry has failed')).length, 1)
  }
})

test('no request fails because the context of the SDK throws, before its work or after it, and the work is done once', async (t) => {
  const working = new AsyncLocalStorageContextManager().enable()
  t.after(() => {
    context.disable()
    context.setGlobalContextManager(working)
  })
  const fails = (): never => {
    throw new Error('a broken context')
  }
  let asked = 0
  const directory = await emptyDirectory(t, () => asked++)
  const options = { openTelemetry: true, passwordGrant: 'first-party', directories: [directory] } as const
  const broken: readonly ContextManager['with'][] = [
    fails,
    (_context, work, that, ...args) => {
      work.call(that as never, ...args)
      return fails()
    },
  ]
  for (const way of broken) {
    context.disable()
    context.setGlobalContextManager(Object.assign(new AsyncLocalStorageContextManager(), { with: way }))
    const server = await startServer(t, options)
    asked = 0
    assert.equal((await server.post('/token', { username: 'somebody', password: 'a password' })).status, 401)
    assert.equal(asked, 1)
    assert.equal((await server.get('/users/me')).status, 401)
    assert.equal(server.log.filter(({ message }) => message.startsWith('OpenTelemetry has failed')).length, 1)
  }
})

test('the span of a request that outlasts a stop ends too', async (t) => {
  const arrived = Promise.withResolvers<void>()
  const directory = await emptyDirectory(t, () => arrived.resolve(), true)
  const options = { openTelemetry: true, passwordGrant: 'first-party', directories: [directory] } as const
  const server = await startServer(t, options)
  const sent = server.post('/token', { username: 'somebody', password: 'a password' })
  await arrived.promise
  await server.server.close(0)
  const response = await sent
  assert.equal(response.status, 503)
  const request = spans().find(({ name }) => name === 'POST /token')
  assert.equal(request?.attributes['countersign.reason'], 'server_closing')
  assert.equal(request.attributes['http.response.status_code'], 503)
  assert.equal(request.attributes['countersign.request_id'], response.headers.get('x-request-id'))
})

test('without the option there are no spans', async (t) => {
  const server = await startServer(t)
  await server.get('/users/me', { traceparent })
  assert.deepEqual(spans(), [])
})

test('the span of a request that is refused when its turn comes has the id of its response', async (t) => {
  const { server } = await startServer(t, { openTelemetry: true, passwordWorkers: 1, passwordQueueLimit: 1 })
  const mayEnd = Promise.withResolvers<void>()
  const handler = () => mayEnd.promise.then(() => ({ status: 200, headers: {}, body: '' }))
  const { handle } = createApp(server.context, [
    { method: 'GET', path: '/slow', handler, cache: 'no-store', cors: 'none' },
  ])
  const incoming = {
    method: 'GET',
    target: '/slow',
    header: () => undefined,
    peer: '',
    readBody: () => Promise.resolve(''),
  }
  // One more than may be in progress.
  const responses = Array.from({ length: 500 + 1 + 1 + 1 }, () => handle(incoming))
  const refused = await responses.at(-1)
  mayEnd.resolve()
  assert.equal(refused?.status, 503)
  const span = spans().find(({ attributes }) => attributes['http.response.status_code'] === 503)
  assert.equal(span?.attributes['countersign.reason'], 'server_overloaded')
  assert.equal(span.attributes['countersign.request_id'], refused.headers['x-request-id'])
  await Promise.all(responses)
})
