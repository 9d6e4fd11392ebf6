/** Which paths belong to this server when it shares its origin with the program that it is embedded in. */
import type { Config } from '../config/options.ts'
import type { Route } from '../routes.ts'

/** Returns whether the path of a target, such as `/token?x=1`, belongs to this server. */
export function ownPaths(
  { basePath }: Pick<Config, 'basePath'>,
  routes: readonly Route[],
): (target: string) => boolean {
  const routed = new Set(routes.map(({ path }) => path))
  // Without a path in the issuer, the home page belongs to the program.
  if (basePath === '') return (target) => routed.has(pathOf(target)) && pathOf(target) !== '/'
  return (target) => {
    const path = pathOf(target)
    if (path === basePath || path.startsWith(`${basePath}/`)) return true
    // RFC 8414 §3.1: the metadata of an issuer with a path has a well-known path at the root of the origin.
    return path.startsWith('/.well-known/') && path.endsWith(basePath) && routed.has(path)
  }
}

function pathOf(target: string): string {
  return target.split('?', 1).join()
}
