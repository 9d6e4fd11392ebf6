/** An embedded authorization server in Express 4 and 5. */
import type { Countersign } from '../handle/countersign.ts'
import { requireHandle } from './check-arguments.ts'
import type { ExpressMiddleware } from './frameworks.ts'

export type { ExpressMiddleware, ExpressRequest } from './frameworks.ts'

/**
 * Serves Countersign's paths, and passes all others on: `app.use(authorizationServer(countersign))`, before parsers of bodies.
 * @throws OperationError `invalid`
 */
export function authorizationServer(countersign: Countersign): ExpressMiddleware {
  requireHandle(countersign)
  return (request, response, next) => {
    if (countersign.owns(request.originalUrl)) countersign.serveNode(request, response, request.originalUrl)
    else next()
  }
}
