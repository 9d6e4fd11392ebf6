/** Reads the `Accept` header (RFC 9110 §12.5.1). */

/** More media ranges than any browser sends are ignored. */
const maxRanges = 20

/** Whether HTML is named and preferred to JSON: true for browsers that open an address, not for scripts and tools. */
export function prefersHtml(accept: string | undefined): boolean {
  const ranges = (accept ?? '').split(',', maxRanges).map(readRange)
  const quality = (...types: readonly string[]) =>
    types.map((type) => ranges.find((range) => range.type === type)?.quality).find((found) => found !== undefined) ?? 0
  return quality('text/html') > quality('application/json', 'application/*', '*/*')
}

function readRange(range: string): { readonly type: string; readonly quality: number } {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  return { type, quality: weight === undefined ? 1 : Number(weight.slice(2)) || 0 }
}
