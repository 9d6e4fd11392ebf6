/** A port of an embedded server. */
import { failOperation } from '../domain/operation-error.ts'
import type { App } from '../http/app.ts'
import { type Listening, type ListenSettings, listen } from '../http/listen.ts'
import { urlOf } from '../http/url-of.ts'
import { requireOptions } from './require-options.ts'

export interface ListenOptions {
  /** @default '127.0.0.1' */
  readonly host?: string
  /** 0 chooses a free port. @default 8000 */
  readonly port?: number
}

export interface OpenPort {
  /** Such as `http://127.0.0.1:8000`. */
  readonly url: string
  readonly port: number
  /** Accepts no more connections, and waits for the running requests, at most 10 seconds. */
  readonly close: () => Promise<void>
}

/** What the handle does with it before it closes. @internal */
export interface DrainedPort extends OpenPort, Pick<Listening, 'drain'> {}

/** @throws OperationError `invalid`, or the system's error, such as `EADDRINUSE` @internal */
export async function openPort(app: App, settings: ListenSettings, options: ListenOptions = {}): Promise<DrainedPort> {
  requireOptions(options, ['host', 'port'])
  const { host = '127.0.0.1', port = 8000 } = options
  if (!Number.isInteger(port) || port < 0 || port > 65_535) failOperation('port', 'must be a number from 0 to 65535')
  if (typeof host !== 'string' || host === '' || host.includes('\0'))
    failOperation('host', 'must be a name or an IP address')
  const { drain, close, ...listening } = await listen(app, host, port, settings)
  return { url: urlOf(host, listening.port), port: listening.port, drain, close: async () => void (await close()) }
}
