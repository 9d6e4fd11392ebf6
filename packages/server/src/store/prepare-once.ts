/** Keeps what was prepared: preparing costs more than running. */

/** More texts than a process uses at a time. */
const limit = 500

export function prepareOnce<Prepared>(prepare: (sql: string) => Prepared): (sql: string) => Prepared {
  const known = new Map<string, Prepared>()
  return (sql) => {
    const found = known.get(sql)
    if (found) return found
    if (known.size >= limit) known.clear()
    const prepared = prepare(sql)
    known.set(sql, prepared)
    return prepared
  }
}
