/** One figure of the model beside what was measured. */

export interface Comparison {
  readonly what: string
  readonly model: number
  readonly measured: number
  /** What the server's own housekeeping, which writes once a minute, may have added or not. @default 0 */
  readonly slack?: number
}

/** What the model may be wrong by. */
const tolerance = 0.2

export function isWithin({ model, measured, slack = 0 }: Comparison): boolean {
  return Math.abs(measured - model) <= tolerance * model + slack
}

export function describe(comparison: Comparison): string {
  const { what, model, measured } = comparison
  const difference = model === 0 ? '' : ` (${(((measured - model) / model) * 100).toFixed(0)} %)`
  return `${isWithin(comparison) ? 'ok    ' : 'WRONG '} ${what}: ${round(measured)}, the model says ${round(model)}${difference}`
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2)
}
