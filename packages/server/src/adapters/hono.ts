/** An embedded authorization server in Hono, on every runtime that Hono has. */
import type { Countersign } from '../handle/countersign.ts'
import type { HonoContext, HonoMiddleware } from './frameworks.ts'

export type { HonoContext, HonoMiddleware } from './frameworks.ts'

export interface HonoOptions<Context extends HonoContext> {
  /** Returns the IP address of the other end of the connection. @default that of Node's socket, under `@hono/node-server` */
  readonly address?: (context: Context) => string | undefined
}

/** Serves Countersign's paths, and passes all others on: `app.use(authorizationServer(countersign))`. */
export function authorizationServer<Context extends HonoContext = HonoContext>(
  countersign: Countersign,
  { address = nodeAddress }: HonoOptions<Context> = {},
): HonoMiddleware<Context> {
  return async (context, next) => {
    const { raw } = context.req
    if (countersign.owns(raw.url)) return await countersign.fetch(raw, { address: address(context) })
    await next()
    return undefined
  }
}

/** The bindings of `@hono/node-server` have Node's request as `incoming`. */
function nodeAddress({ env }: HonoContext): string | undefined {
  const incoming = member(env, 'incoming')
  const address = member(member(incoming, 'socket'), 'remoteAddress')
  return typeof address === 'string' ? address : undefined
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
