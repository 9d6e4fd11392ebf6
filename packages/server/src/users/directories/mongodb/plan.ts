/** Whether MongoDB reads a whole collection for a query, by the plan that `explain` describes. */

/** `undefined` when the plan has no stage that is known, such as that of FerretDB. */
export function scans(explained: unknown): boolean | undefined {
  const stages = stagesIn(explained)
  if (stages.includes('COLLSCAN')) return true
  return stages.some((stage) => /IXSCAN|IDHACK|EXPRESS/.test(stage)) ? false : undefined
}

/** Of the winning plan, in the form of each version and of sharded clusters. Plans that were rejected do not count. */
function stagesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(stagesIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    if (name === 'rejectedPlans') return []
    return name === 'stage' && typeof inner === 'string' ? [inner] : stagesIn(inner)
  })
}
