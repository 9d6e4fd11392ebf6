/** The guard as Express middleware, for Express 4 and 5. */
import { Challenge } from '../challenge.ts'
import type { Guard, Requirement } from '../guard.ts'
import { keepAccess } from './access-of.ts'
import { metadataAnswers } from './metadata-answer.ts'
import { guardRequest, type NodeRequest, pathOf, type RoutedRequest, trustedOriginOf } from './node-request.ts'

export { accessOf } from './access-of.ts'

/** What Express's request has of use here. In Express 4, `host` comes without its port, which matters to DPoP alone. */
export type ExpressRequest = NodeRequest & RoutedRequest

/** What Express's response has of use here. */
export interface ExpressResponse {
  readonly status: (status: number) => ExpressResponse
  readonly set: (headers: Readonly<Record<string, string>>) => ExpressResponse
  readonly end: (body?: string) => unknown
}

export type ExpressMiddleware = (
  request: ExpressRequest,
  response: ExpressResponse,
  next: (error?: unknown) => void,
) => void

/**
 * Lets through what the guard lets through, and answers the rest: `app.get('/items', protect(guard, { scopes: ['items'] }), handler)`.
 * The handler finds the result with `accessOf(request)`.
 */
export function protect(guard: Guard, requirement?: Requirement): ExpressMiddleware {
  return (request, response, next) => {
    const checked = guardRequest(request, request.originalUrl, () => trustedOriginOf(request))
    // Express 4 looks at no promise: what fails must reach `next`.
    guard.check(checked, requirement).then(
      (access) => {
        keepAccess(request, access)
        next()
      },
      (error) => {
        if (!(error instanceof Challenge)) return next(error)
        response.status(error.status).set(error.headers).end(JSON.stringify(error.body))
      },
    )
  }
}

/** Serves the guard's metadata (RFC 9728): `app.use(resourceMetadata(guard))`. @throws TypeError when the guard was made without `metadata` */
export function resourceMetadata(guard: Guard): ExpressMiddleware {
  const answers = metadataAnswers(guard)
  return (request, response, next) => {
    const answer = answers(request.method, pathOf(request.originalUrl))
    if (!answer) return next()
    response.status(answer.status).set(answer.headers).end(answer.body)
  }
}
