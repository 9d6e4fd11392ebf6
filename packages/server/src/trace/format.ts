/** Tells a request's steps as text, for a terminal. */
import type { Step } from './trace.ts'

export interface Tellable {
  readonly requestId: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly reason?: string | undefined
  readonly steps: readonly Step[]
}

/** One line for the request and one for each step; what a failed check expected and received stands below it. */
export function formatTrace(told: Tellable): string {
  const head = `${told.method} ${printable(told.path)} -> ${told.status}${told.reason ? ` ${told.reason}` : ''}  (${told.requestId})`
  return [head, ...told.steps.flatMap(formatStep)].join('\n')
}

function formatStep({ name, durationMs, outcome, facts }: Step): string[] {
  const { reason, expected, received, ...others } = facts
  const told = Object.entries(others).map(([fact, value]) => `${fact} ${printable(String(value))}`)
  const mark = outcome === 'ok' ? '  ok    ' : '  FAILED'
  const line = `${mark} ${name.padEnd(20)} ${durationMs.toFixed(2).padStart(8)} ms  ${[reason, ...told].filter(Boolean).join(', ')}`
  return [
    line.trimEnd(),
    ...(expected === undefined ? [] : [`           expected: ${printable(String(expected))}`]),
    ...(received === undefined ? [] : [`           received: ${printable(String(received))}`]),
  ]
}

/** A terminal obeys control characters: none may come from a request or a user. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?')
}
