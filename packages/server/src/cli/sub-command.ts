/** Commands with a second word, such as `countersign users add`: runs the action that it names. */
import { openStore, type Store } from '../store/open.ts'
import { CommandError } from './command-error.ts'
import { readSettings, type Settings } from './config.ts'
import { print } from './print.ts'

/**
 * Runs the action on the database, and closes the database afterwards. For `help`, prints the usage.
 * @throws CommandError with the usage when there is no such action
 */
export async function runAction<Action>(
  actions: Readonly<Record<string, Action>>,
  usage: string,
  args: readonly string[],
  perform: (action: Action, store: Store, rest: readonly string[], settings: Settings) => Promise<void>,
): Promise<void> {
  const [name, ...rest] = args
  if (name === 'help' || name === '--help') {
    print(usage)
    return
  }
  const action = name === undefined || !Object.hasOwn(actions, name) ? undefined : actions[name]
  if (!action) throw new CommandError(usage)
  const settings = await readSettings({ logLevel: 'info' })
  const store = await openStore({ url: settings.databaseUrl, migrate: false })
  try {
    await perform(action, store, rest, settings)
  } finally {
    await store.close()
  }
}
