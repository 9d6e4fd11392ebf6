/** What a case finds, how it is held against a goal, and how all of it is printed. */

/** One measured thing. */
export interface Finding {
  readonly what: string
  /** What was measured here and now, with its unit and what it stands beside. */
  readonly figure: string
  /** The figure beside its peer's in the same run. */
  readonly ratio?: number
  readonly goal?: Goal
}

export interface Goal {
  /** Such as `>= 0.55`. */
  readonly limit: string
  readonly isMet: boolean
}

/** Measures, telling of its progress, for it takes a while. */
export type Case = (tell: (progress: string) => void) => Promise<readonly Finding[]>

export function atLeast(value: number, limit: number, unit = ''): Goal {
  return { limit: `>= ${limit} ${unit}`.trimEnd(), isMet: value >= limit }
}

export function atMost(value: number, limit: number, unit = ''): Goal {
  return { limit: `<= ${limit} ${unit}`.trimEnd(), isMet: value <= limit }
}

/** The findings as lines of aligned columns. */
export function table(findings: readonly Finding[]): string {
  const rows = [
    ['what', 'figure', 'ratio', 'goal', 'met'],
    ...findings.map(({ what, figure, ratio, goal }) => [
      what,
      figure,
      ratio?.toFixed(2) ?? '',
      goal?.limit ?? '',
      goal ? (goal.isMet ? 'yes' : 'NO') : '',
    ]),
  ]
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n')
}
