/** The guard for Node's own HTTP servers, HTTP/2 included. */
import type { Access } from '../access.ts'
import { Challenge } from '../challenge.ts'
import type { Guard, Requirement } from '../guard.ts'
import { keepAccess } from './access-of.ts'
import { metadataAnswers } from './metadata-answer.ts'
import { guardRequest, type NodeRequest, originOf, pathOf } from './node-request.ts'

export { accessOf } from './access-of.ts'
export type { NodeRequest } from './node-request.ts'

/** What Node's response has of use here. */
export interface NodeResponse {
  readonly writeHead: (status: number, headers: Record<string, string>) => { readonly end: NodeResponse['end'] }
  readonly end: (body: string) => unknown
}

/**
 * Runs the handler for what the guard lets through, and answers the rest:
 * `createServer(protect(guard, { scopes: ['items'] }, (request, response, access) => { ... }))`.
 * What the handler throws is its own, as without a guard.
 */
export function protect<Request extends NodeRequest, Response extends NodeResponse>(
  guard: Guard,
  requirement: Requirement,
  handler: (request: Request, response: Response, access: Access) => unknown,
): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    const access = await checkOrAnswer(guard, requirement, request, response)
    if (!access) return
    keepAccess(request, access)
    await handler(request, response, access)
  }
}

/** Answers a request for the guard's metadata (RFC 9728), and says whether it did. @throws TypeError when the guard was made without `metadata` */
export function resourceMetadata(guard: Guard): (request: NodeRequest, response: NodeResponse) => boolean {
  const answers = metadataAnswers(guard)
  return (request, response) => {
    const answer = answers(request.method, pathOf(request.url ?? ''))
    if (answer) response.writeHead(answer.status, { ...answer.headers }).end(answer.body ?? '')
    return answer !== undefined
  }
}

async function checkOrAnswer(
  guard: Guard,
  requirement: Requirement,
  request: NodeRequest,
  response: NodeResponse,
): Promise<Access | undefined> {
  try {
    return await guard.check(
      guardRequest(request, request.url ?? '/', () => originOf(request)),
      requirement,
    )
  } catch (error) {
    // Node has no path for errors: what the guard did not foresee is answered too, or the request would hang.
    if (error instanceof Challenge) response.writeHead(error.status, error.headers).end(JSON.stringify(error.body))
    else response.writeHead(500, {}).end('')
    return undefined
  }
}
