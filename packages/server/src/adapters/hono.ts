/** An embedded authorization server in Hono, on every runtime that Hono has. */
import type { Countersign } from '../handle/countersign.ts'
import { type PeerSocket, peerOf } from '../http/peer.ts'
import { requireAddressOption, requireHandle } from './check-arguments.ts'
import type { HonoContext, HonoMiddleware } from './frameworks.ts'

export type { HonoContext, HonoMiddleware } from './frameworks.ts'

export interface HonoOptions<Context extends HonoContext> {
  /** Returns the IP address of the other end of the connection. @default that of Node's socket, under `@hono/node-server` */
  readonly address?: (context: Context) => string | undefined
}

/** Serves Countersign's paths, and passes all others on: `app.use(authorizationServer(countersign))`. @throws OperationError `invalid` */
export function authorizationServer<Context extends HonoContext = HonoContext>(
  countersign: Countersign,
  options: HonoOptions<Context> = {},
): HonoMiddleware<Context> {
  requireHandle(countersign)
  requireAddressOption(options)
  const { address } = options
  return async (context, next) => {
    const { raw } = context.req
    if (!countersign.owns(raw.url)) {
      await next()
      return undefined
    }
    if (address) return await countersign.fetch(raw, { address: address(context) })
    const socket = nodeSocket(context)
    const peer = socket && peerOf(socket)
    // Nobody receives the response.
    if (socket && peer === undefined) return new Response(null, { status: 400 })
    return await countersign.fetch(raw, { address: peer })
  }
}

/** The bindings of `@hono/node-server` have Node's request as `incoming`. `undefined` elsewhere. */
function nodeSocket({ env }: HonoContext): PeerSocket | undefined {
  const socket = member(member(env, 'incoming'), 'socket')
  return typeof socket === 'object' && socket !== null ? socket : undefined
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
