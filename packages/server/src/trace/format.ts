/** Formats a request and its steps as text for a terminal. */
import type { Step } from './trace.ts'

export interface TracedRequest {
  readonly requestId: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly reason?: string | undefined
  readonly steps: readonly Step[]
}

/** One line for the request and one for each step. A failed check has what it expected and received below. */
export function formatTrace(request: TracedRequest): string {
  const head = `${request.method} ${printable(request.path)} -> ${request.status}${request.reason ? ` ${request.reason}` : ''}  (${request.requestId})`
  return [head, ...request.steps.flatMap(formatStep)].join('\n')
}

function formatStep({ name, durationMs, outcome, facts }: Step): string[] {
  const { reason, expected, received, ...others } = facts
  const texts = Object.entries(others).map(([fact, value]) => `${fact} ${printable(String(value))}`)
  const mark = outcome === 'ok' ? '  ok    ' : '  FAILED'
  const line = `${mark} ${name.padEnd(20)} ${durationMs.toFixed(2).padStart(8)} ms  ${[reason, ...texts].filter(Boolean).join(', ')}`
  return [
    line.trimEnd(),
    ...(expected === undefined ? [] : [`           expected: ${printable(String(expected))}`]),
    ...(received === undefined ? [] : [`           received: ${printable(String(received))}`]),
  ]
}

/** Replaces control characters, which a terminal would obey. Requests and users must not send any to it. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?')
}
