/** An embedded authorization server in the App Router of Next.js: route handlers. */
import type { Countersign } from '../handle/countersign.ts'
import { requireAddressOption, requireHandle } from './check-arguments.ts'

export type NextHandler = (request: Request) => Promise<Response>

export interface NextOptions {
  /**
   * Returns the IP address of the client. Next.js passes no connection, so take it from a header that your platform sets itself, not
   * the client. @default none: failed logins are not counted by address
   */
  readonly address?: (request: Request) => string | undefined
}

/**
 * The routes of an issuer with a path, such as `https://app.example.com/auth`: in `app/auth/[...path]/route.ts` and the same in
 * `app/.well-known/[...path]/route.ts`, `export const { GET, HEAD, POST, OPTIONS } = authorizationServer(countersign)`.
 *
 * @param source the server, or a function that returns it, called with each request: `next build` imports the routes and must start no
 * server
 * @throws OperationError `invalid`
 */
export function authorizationServer(
  source: Countersign | (() => Countersign | Promise<Countersign>),
  options: NextOptions = {},
): Readonly<Record<'GET' | 'HEAD' | 'POST' | 'OPTIONS', NextHandler>> {
  if (typeof source !== 'function') requireHandle(source)
  requireAddressOption(options)
  const { address } = options
  const handler: NextHandler = async (request) => {
    const countersign = typeof source === 'function' ? await source() : source
    requireHandle(countersign)
    return countersign.owns(request.url)
      ? await countersign.fetch(request, { address: address?.(request) })
      : new Response(null, { status: 404 })
  }
  return { GET: handler, HEAD: handler, POST: handler, OPTIONS: handler }
}
