/** An embedded authorization server in Express 4 and 5. */
import type { Countersign } from '../handle/countersign.ts'
import type { ExpressMiddleware } from './frameworks.ts'

export type { ExpressMiddleware, ExpressRequest } from './frameworks.ts'

/** Serves Countersign's paths, and passes all others on: `app.use(authorizationServer(countersign))`, before parsers of bodies. */
export function authorizationServer(countersign: Countersign): ExpressMiddleware {
  return (request, response, next) => {
    if (countersign.owns(request.originalUrl)) countersign.serveNode(request, response, request.originalUrl)
    else next()
  }
}
