/** Keeps what is prepared after its first use: preparing a statement costs more than running it. */

/** More statements than our queries make, so that it is never reached but by lists of every length. */
const limit = 200

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
