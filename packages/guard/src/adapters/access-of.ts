/** Stores the result of `protect` in the request, for the handlers after it. */
import type { Access } from '../access.ts'

// Registered, so that two copies of this package in one program find each other's results.
const accessKey = Symbol.for('@countersign/guard/access')

/** Stores the access in the framework's object of this request. */
export function keepAccess(request: object, access: Access): void {
  Object.assign(request, { [accessKey]: access })
}

/**
 * The result of `protect` for this request.
 *
 * @param request the object that the framework passes to a handler: Hono's context, or the request of Express, Fastify or Node
 * @throws TypeError when the route is not protected, so that a forgotten guard is noticed
 */
export function accessOf(request: object): Access {
  // Only keepAccess writes this property.
  const access = (request as { readonly [accessKey]?: Access })[accessKey]
  if (access === undefined) {
    throw new TypeError('accessOf found no access: put protect(guard) before the handler of this route')
  }
  return access
}
