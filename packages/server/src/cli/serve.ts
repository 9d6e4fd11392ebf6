/** `countersign serve`: production. What is unsafe is refused. */
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import type { Options } from '../options.ts'
import { createServer } from '../server.ts'
import { CommandError } from './command-error.ts'
import { readSettings } from './config.ts'
import { run, urlOf } from './run.ts'

export async function serve(args: readonly string[]): Promise<void> {
  parseArgs({ args: [...args], options: {} })
  const settings = readSettings({ logLevel: 'info' })
  const log = pino({ level: settings.logLevel })
  // A missing secretKey is what resolveOptions refuses, with the sentence that says how to make one.
  const options = { issuer: urlOf(settings.host, settings.port), ...settings.options } as Options
  const server = await createServer(options, false, { log })
  const demoUsers = await server.context.store.users.countDemo()
  if (demoUsers > 0) {
    await server.close()
    throw new CommandError(
      `The database holds ${demoUsers} demo user(s), whose passwords everyone knows. Delete them first: countersign users delete tim alice`,
    )
  }
  if (server.context.config.passwordGrant === 'first-party') {
    log.warn(
      {},
      'PASSWORD_GRANT=first-party: anyone may send passwords to /token. RFC 9700 §2.4: the password grant MUST NOT be used, but by software that can not yet do without',
    )
  }
  await run(server, settings.host, settings.port, (url) =>
    log.info({ url, issuer: server.context.config.issuer }, 'ready'),
  )
  log.info({}, 'stopped')
}
