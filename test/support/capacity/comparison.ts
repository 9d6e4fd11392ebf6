/** One figure of the model beside what was measured. */

export interface Comparison {
  readonly what: string
  readonly model: number
  readonly measured: number
}

/** What the model may be wrong by. */
const tolerance = 0.2

export function isWithin({ model, measured }: Comparison): boolean {
  return Math.abs(measured - model) <= tolerance * model
}

export function describe(comparison: Comparison): string {
  const { what, model, measured } = comparison
  const difference = model === 0 ? '' : ` (${(((measured - model) / model) * 100).toFixed(0)} %)`
  return `${isWithin(comparison) ? 'ok    ' : 'WRONG '} ${what}: ${round(measured)}, the model says ${round(model)}${difference}`
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2)
}
