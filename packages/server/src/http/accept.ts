/** What an `Accept` field wants (RFC 9110 §12.5.1). */

/** More media ranges than any browser sends are not looked at. */
const most = 20

/** Whether HTML is named, and wanted more than JSON: so ask browsers that go to an address, not scripts and tools. */
export function prefersHtml(accept: string | undefined): boolean {
  const ranges = (accept ?? '').split(',', most).map(readRange)
  const quality = (...types: readonly string[]) =>
    types.map((type) => ranges.find((range) => range.type === type)?.quality).find((found) => found !== undefined) ?? 0
  return quality('text/html') > quality('application/json', 'application/*', '*/*')
}

function readRange(range: string): { readonly type: string; readonly quality: number } {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  return { type, quality: weight === undefined ? 1 : Number(weight.slice(2)) || 0 }
}
