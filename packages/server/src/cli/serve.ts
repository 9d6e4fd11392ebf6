/** `countersign serve`: for production. Unsafe settings are rejected. */
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import type { Options } from '../config/options.ts'
import { isLoopback } from '../domain/loopback.ts'
import { urlOf } from '../http/url-of.ts'
import { createServer } from '../server.ts'
import { CommandError } from './command-error.ts'
import { explain, readSettings } from './config.ts'
import { run } from './run.ts'

export async function serve(args: readonly string[]): Promise<void> {
  parseArgs({ args: [...args], options: {} })
  const settings = await readSettings({ logLevel: 'info' })
  const log = pino({ level: settings.logLevel })
  if (settings.options.issuer === undefined && !isLoopback(settings.host)) {
    throw new CommandError(
      'ISSUER is missing: set it to the https URL at which clients reach this server, such as https://login.example.com',
    )
  }
  // resolveOptions rejects a missing secretKey, with a message that says how to make one.
  const options = { issuer: urlOf(settings.host, settings.port), ...settings.options } as Options
  const server = await createServer(options, { log }).catch((error) => explain(error, settings))
  if (server.context.config.passwordGrant === 'first-party') {
    log.warn(
      {},
      'PASSWORD_GRANT=first-party: anybody may send passwords to /token. RFC 9700 §2.4: the password grant MUST NOT be used. Turn it off when no client needs it any longer',
    )
  }
  await run(server, settings.host, settings.port, (url) =>
    log.info({ url, issuer: server.context.config.issuer }, 'ready'),
  )
  log.info({}, 'stopped')
}
