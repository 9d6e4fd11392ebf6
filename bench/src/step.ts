/** One request of the load generator: how it is made of what is known, and what is expected of its response. */

export interface Step {
  /** As HTTP/1.1 puts it on the wire. `{name}` stands for what is known under that name, `{length}` for the body's length. */
  readonly request: string
  /** @default 200 */
  readonly status?: number
  /** Stands in the response. */
  readonly contains?: string
  /** What to know from then on: patterns of what stands in the response, the first group of each is the value. */
  readonly learns?: Readonly<Record<string, string>>
}

/** By name. */
export type Values = Readonly<Record<string, string>>

/** A step in the form that takes the generator the least time. */
export interface PreparedStep {
  readonly write: (known: ReadonlyMap<string, string>) => string
  /** Puts what is to be learned into `known`. Whether the response is as expected. */
  readonly read: (response: Buffer, known: Map<string, string>) => boolean
}

export function prepare({ request, status = 200, contains, learns = {} }: Step): PreparedStep {
  const patterns = Object.entries(learns).map(([name, pattern]) => ({ name, pattern: new RegExp(pattern) }))
  const isFilled = request.includes('{')
  const digits = Buffer.from(String(status))
  return {
    write: (known) => (isFilled ? fill(request, known) : request),
    read: (response, known) => {
      // The status follows "HTTP/1.1 ".
      if (response[9] !== digits[0] || response[10] !== digits[1] || response[11] !== digits[2]) return false
      if (contains !== undefined && !response.includes(contains, 0, 'latin1')) return false
      if (patterns.length === 0) return true
      const text = response.toString('latin1')
      return patterns.every(({ name, pattern }) => {
        const value = pattern.exec(text)?.[1]
        if (value !== undefined) known.set(name, value)
        return value !== undefined
      })
    },
  }
}

function fill(request: string, known: ReadonlyMap<string, string>): string {
  const filled = request.replaceAll(/\{(\w+)\}/g, (whole, name) => known.get(name) ?? whole)
  return filled.replace('{length}', () => String(filled.length - filled.indexOf('\r\n\r\n') - 4))
}
