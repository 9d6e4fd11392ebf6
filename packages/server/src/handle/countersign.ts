/** The handle of an authorization server that is embedded in another program. Its internals stay inside. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Options } from '../config/options.ts'
import type { Context } from '../context.ts'
import type { Incident } from '../domain/incident.ts'
import { failOperation } from '../domain/operation-error.ts'
import { warnOfUnsafeSettings } from '../health/unsafe-settings.ts'
import { serveNode } from '../http/node.ts'
import { ownPaths } from '../http/own-paths.ts'
import { ClosedError, type Run } from '../http/running.ts'
import type { Fetch } from '../http/web.ts'
import { createServer, type Environment, type Server } from '../server.ts'
import { listIncidents } from '../token-status/list-incidents.ts'
import { findRejectedRequest, type RejectedRequest } from '../trace/rejected-request.ts'
import { checkEnvironment } from './check-environment.ts'
import { type ClientOperations, clientOperations } from './clients.ts'
import { type GrantOperations, grantOperations } from './grants.ts'
import { type GroupOperations, groupOperations } from './groups.ts'
import { type KeyOperations, keyOperations } from './keys.ts'
import { type DrainedPort, type ListenOptions, type OpenPort, openPort } from './open-port.ts'
import { type RoleOperations, roleOperations } from './roles.ts'
import { type UserOperations, userOperations } from './users.ts'

export interface Countersign {
  /** The `iss` of its tokens. */
  readonly issuer: string
  /**
   * Serves a web-standard request: `countersign.fetch(request, { address })`. `address` is the IP address of the other end of the
   * connection. Without it, failed logins are not counted by address.
   * @throws OperationError `invalid` when it is no Request
   */
  readonly fetch: Fetch
  /**
   * Whether the path of a URL or a request target belongs to Countersign, not to the program around it.
   * @throws OperationError `invalid`
   */
  readonly owns: (url: string) => boolean
  /**
   * Serves a request of `node:http`, or of a framework on it. `target` is its path and query as the client sent them.
   * @throws OperationError `invalid`
   * @default target the request's `url`
   */
  readonly serveNode: (request: NodeRequest, response: NodeResponse, target?: string) => void
  /** Opens a port of its own. @throws OperationError `invalid`, or the system's error, such as `EADDRINUSE` */
  readonly listen: (options?: ListenOptions) => Promise<OpenPort>
  /**
   * Drains the ports for `shutdownDelay`. From then on each response is 503. Waits at most 10 seconds for the running requests and operations,
   * closes the ports, writes what is waiting, and closes the database; the log names what could not be ended in time. Operations then reject with a `ClosedError`. A second call does nothing more.
   */
  readonly close: () => Promise<void>
  readonly users: UserOperations
  readonly groups: GroupOperations
  readonly roles: RoleOperations
  readonly clients: ClientOperations
  readonly keys: KeyOperations
  readonly grants: GrantOperations
  /**
   * Codes and refresh tokens that were used twice since a time (seconds since the epoch), newest first, at most 1000.
   * @throws OperationError `invalid`
   */
  readonly incidents: (since?: number) => Promise<readonly Incident[]>
  /**
   * Why a request was rejected, by the `x-request-id` of its response; `undefined` when no such rejection is stored.
   * @throws OperationError `invalid`
   */
  readonly why: (requestId: string) => Promise<RejectedRequest | undefined>
}

/** An `IncomingMessage` of `node:http`. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
}

/** A `ServerResponse` of `node:http`. */
export interface NodeResponse {
  readonly headersSent: boolean
}

/**
 * Makes an authorization server. With `demo`, the tutorial's users tim and alice are added.
 * @throws OptionsError, StoreError, SealedKeysError, TypeError with a message that names the fix
 */
export async function createCountersign(options: Options, environment: Environment = {}): Promise<Countersign> {
  checkEnvironment(environment)
  const server = await createServer(options, environment)
  warnOfUnsafeSettings(server.context)
  return handleOf(server)
}

/** The handle of a running server. @internal */
export function handleOf({ app, routes, fetch, context, close }: Server): Countersign {
  const { config, shutdown } = context
  const owns = ownPaths(config, routes)
  const ports = new Set<Promise<DrainedPort>>()
  let closed: Promise<void> | undefined

  async function open(options: ListenOptions | undefined): Promise<OpenPort> {
    if (closed) throw new ClosedError()
    const opening = openPort(app, config, options)
    ports.add(opening)
    try {
      const { url, port, close: closePort } = await opening
      return { url, port, close: () => closePort().finally(() => ports.delete(opening)) }
    } catch (error) {
      ports.delete(opening)
      throw error
    }
  }

  async function closeAll(): Promise<void> {
    context.traces.endWatches()
    if (config.shutdownDelay > 0) await drainAll()
    // A port that could not be opened needs no closing.
    await Promise.all([Promise.allSettled([...ports].map(async (opening) => (await opening).close())), close()])
  }

  /** The requests that still come are served: a load balancer needs time to find another server. */
  async function drainAll(): Promise<void> {
    shutdown.begin()
    const drain = async (opening: Promise<DrainedPort>) =>
      (await opening).drain(config.shutdownDelay * 1000, shutdown.isWatched)
    await Promise.allSettled([...ports].map(drain))
  }

  return {
    issuer: config.issuer,
    fetch,
    owns: (url) => {
      if (typeof url !== 'string') failOperation('url', 'must be text, such as /token')
      return owns(url.startsWith('/') ? url : pathOf(url))
    },
    serveNode: (request, response, target) => {
      if (!isIncoming(request)) failOperation('request', 'must be an IncomingMessage of node:http')
      if (!isOutgoing(response)) failOperation('response', 'must be a ServerResponse of node:http')
      if (target !== undefined && typeof target !== 'string') failOperation('target', 'must be text')
      serveNode(app, request, response, target)
    },
    listen: open,
    close: () => {
      closed ??= closeAll()
      return closed
    },
    ...operations(context, app.run),
  }
}

function operations(context: Context, run: Run) {
  return {
    users: userOperations(context, run),
    groups: groupOperations(context, run),
    roles: roleOperations(context, run),
    clients: clientOperations(context, run),
    keys: keyOperations(context, run),
    grants: grantOperations(context, run),
    incidents: (since?: number) => run(() => listIncidents(context.store, since)),
    why: (requestId: string) =>
      run(async () => {
        // Rejections are written some milliseconds after the response.
        await context.traces.flush()
        return await findRejectedRequest(context.store, requestId)
      }),
  }
}

/** A program need not have the types of `node:http`, so `NodeRequest` has only the members that tell it apart. */
function isIncoming(request: NodeRequest): request is IncomingMessage {
  return isObject(request) && 'socket' in request && 'rawHeaders' in request
}

function isOutgoing(response: NodeResponse): response is ServerResponse {
  return isObject(response) && 'writeHead' in response && 'once' in response
}

/** A program without types may pass anything. */
function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** An empty path belongs to nobody. */
function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : ''
}
