/** Whether a database reads a whole table for a query, by the plan that it describes. */
import type { SqlKind } from './preset.ts'

/** `undefined` when the plan has another form than is known. */
export function scans(kind: SqlKind, plan: readonly unknown[]): boolean | undefined {
  switch (kind) {
    case 'postgres': {
      const nodes = plan.flatMap((row) => (isRecord(row) ? nodeTypes(row['QUERY PLAN']) : []))
      return nodes.length === 0 ? undefined : nodes.includes('Seq Scan')
    }
    case 'mysql': {
      const steps = plan.filter((row) => isRecord(row) && 'possible_keys' in row).filter(isRecord)
      // A small table is read as a whole although it has an index, which is then a possible one.
      return steps.length === 0
        ? undefined
        : steps.some((step) => scanTypes.includes(step['type']) && !step['possible_keys'])
    }
    case 'sqlite': {
      const details = plan.flatMap((row) => (isRecord(row) ? [String(row['detail'])] : []))
      return details.length === 0 ? undefined : details.some((detail) => /^SCAN (?!CONSTANT)/.test(detail))
    }
  }
}

const scanTypes: readonly unknown[] = ['ALL', 'index']

/** The types of all nodes of a plan of PostgreSQL, in JSON. */
function nodeTypes(plan: unknown): readonly unknown[] {
  if (Array.isArray(plan)) return plan.flatMap(nodeTypes)
  if (!isRecord(plan)) return []
  return [plan['Node Type'] ?? [], Object.values(plan).flatMap(nodeTypes)].flat()
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
