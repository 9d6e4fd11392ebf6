/** An embedded authorization server in `node:http`. */
import type { Countersign, NodeRequest, NodeResponse } from '../handle/countersign.ts'
import { requireFunction, requireHandle } from './check-arguments.ts'

/**
 * Serves Countersign's paths, and passes all others to `otherwise`: `createServer(authorizationServer(countersign, listener))`. To serve
 * nothing else, call `countersign.listen()`, which also limits how long clients may take.
 * @throws OperationError `invalid`
 */
export function authorizationServer<Incoming extends NodeRequest, Outgoing extends NodeResponse>(
  countersign: Countersign,
  otherwise: (request: Incoming, response: Outgoing) => void,
): (request: Incoming, response: Outgoing) => void {
  requireHandle(countersign)
  requireFunction('otherwise', otherwise)
  return (request, response) => {
    if (countersign.owns(request.url ?? '')) countersign.serveNode(request, response)
    else otherwise(request, response)
  }
}
