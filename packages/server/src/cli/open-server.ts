/** Opens the server as `countersign serve` has it: unsafe settings are rejected. */
import type { Options } from '../config/options.ts'
import { isLoopback } from '../domain/loopback.ts'
import { unsafeSettingsProblem, warnOfUnsafeSettings } from '../health/unsafe-settings.ts'
import { urlOf } from '../http/url-of.ts'
import { createServer, type Server, type ServerEnvironment } from '../server.ts'
import { CommandError } from './command-error.ts'
import { explain, type Settings } from './config.ts'

/** Seconds. Docker kills a container ten seconds after it asked it to stop. */
export const shutdownDelay = 5

/** @throws CommandError, StoreError, SealedKeysError with a message for the operator */
export async function openServer(settings: Settings, environment: ServerEnvironment): Promise<Server> {
  if (settings.options.issuer === undefined && !isLoopback(settings.host)) {
    throw new CommandError(
      'ISSUER is missing: set it to the https URL at which clients reach this server, such as https://login.example.com',
    )
  }
  if (settings.options.unsafeHttpHosts !== undefined) {
    throw new CommandError(
      `${settings.nameOf('unsafeHttpHosts')} is for countersign dev: remove it, and give the issuer and the redirect URIs https`,
    )
  }
  // resolveOptions rejects a missing secretKey, with a message that says how to make one.
  const options = { issuer: urlOf(settings.host, settings.port), shutdownDelay, ...settings.options } as Options
  const server = await createServer(options, environment).catch((error) => explain(error, settings))
  await requireSafeDatabase(server, settings)
  return server
}

/** @throws CommandError when the database may lose what was confirmed, and the operator has not named that */
async function requireSafeDatabase({ context, close }: Server, { nameOf }: Settings): Promise<void> {
  const rejected = context.store.unsafeSettings.filter((name) => !context.config.unsafeDatabaseSettings.includes(name))
  if (rejected.length === 0) return
  await close()
  throw new CommandError(
    `${unsafeSettingsProblem(rejected)} To accept the risk, set ${nameOf('unsafeDatabaseSettings')} to ${rejected.join(',')}`,
  )
}

/** One line in the log for each risk that the operator has accepted. */
export function warnOfRisks({ context }: Server): void {
  if (context.config.passwordGrant === 'first-party') {
    context.log.warn(
      {},
      'PASSWORD_GRANT=first-party: anybody may send passwords to /token. RFC 9700 §2.4: the password grant MUST NOT be used. Turn it off when no client needs it any longer',
    )
  }
  warnOfUnsafeSettings(context)
}
