/** The path and the query of a request target. */

/** The path is compared as sent: an encoded `/%74oken` is another path than `/token`. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?')
  return mark === -1 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) }
}

/** Removes the path of the issuer, unless a proxy has removed it already. */
export function withoutBasePath(basePath: string, target: string): string {
  if (!target.startsWith(basePath)) return target
  const rest = target.slice(basePath.length)
  // The issuer itself, such as `https://host/tenant`, is `/` here.
  if (rest === '' || rest.startsWith('?')) return `/${rest}`
  return rest.startsWith('/') ? rest : target
}
