/** Keeps what `protect` found with the request, for the handlers behind it. */
import type { Access } from '../access.ts'

// Registered, so that two copies of this package in one program find each other's.
const accessKey = Symbol.for('@countersign/guard/access')

/** Keeps the access with the framework's own object of this request. */
export function keepAccess(request: object, access: Access): void {
  Object.assign(request, { [accessKey]: access })
}

/**
 * What `protect` found out about this request.
 *
 * @param request what the framework gives a handler: Hono's context, or the request of Express, Fastify or Node
 * @throws TypeError when the route is not protected: a forgotten guard never reads as somebody without rights
 */
export function accessOf(request: object): Access {
  // Nothing but keepAccess writes under this symbol.
  const access = (request as { readonly [accessKey]?: Access })[accessKey]
  if (access === undefined) {
    throw new TypeError('accessOf found no access: put protect(guard) before the handler of this route')
  }
  return access
}
