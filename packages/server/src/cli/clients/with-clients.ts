/** What the commands of `countersign clients` have in common: the context, and the sentences about what is wrong. */
import { ClientError, type ClientProblem } from '../../clients/client-error.ts'
import type { ClientContext } from '../../clients/registered-client.ts'
import { countersign } from '../../config/called-as.ts'
import { resolveClients } from '../../config/resolve-options.ts'
import { systemRandom } from '../../environment.ts'
import { CommandError } from '../command-error.ts'
import { explain } from '../config.ts'
import { isDemoDatabase } from '../demo-database.ts'
import { withStore } from '../with-store.ts'
import { flagOf } from './metadata-flags.ts'

export interface ClientCommands extends ClientContext {
  /** Where clients are declared, for messages. */
  readonly configName: string
}

export function withClients<Result>(work: (ctx: ClientCommands) => Promise<Result>): Promise<Result> {
  return withStore(async (store, settings) => {
    const config = await Promise.resolve({ ...settings.options, demo: await isDemoDatabase(store) })
      .then(resolveClients)
      .catch((error) => explain(error, settings))
    const configName = settings.configName ?? 'the configuration'
    return await work({ config, store, now: store.clock.now, random: systemRandom, configName })
  })
}

/** Performs the operation on the client. @throws CommandError that names the client, the flags and the fix */
export async function explainClient<Result>(
  ctx: ClientCommands,
  id: string | undefined,
  operation: () => Promise<Result>,
): Promise<Result> {
  try {
    return await operation()
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    throw new CommandError(error.problems.map((problem) => sentence(problem, id ?? 'client', ctx)).join('\n'))
  }
}

function sentence({ code, field, message }: ClientProblem, id: string, { configName }: ClientCommands): string {
  switch (code) {
    case 'client_exists':
      return `A client ${id} already exists. See: ${countersign} clients list`
    case 'unknown_client':
      return `There is no client ${JSON.stringify(id)}. See: ${countersign} clients list`
    case 'declared_client':
      return `${id} is declared in ${configName}: change it there.`
    case 'public_client':
      return `${id} has no secret: its token_endpoint_auth_method is none.`
    default:
      return `${flagOf(field)} ${message}`
  }
}
