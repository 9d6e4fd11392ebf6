/** `countersign grants ...`: an operator lists and revokes what users granted to clients. */
import { parseArgs } from 'node:util'
import type { Store } from '../store/open.ts'
import { withdrawConsent } from '../token-status/withdraw-consent.ts'
import { printable } from '../trace/format.ts'
import { one } from './arguments.ts'
import { print } from './print.ts'
import { requireUser } from './require-user.ts'
import { runAction } from './sub-command.ts'
import { now, time } from './time.ts'

const usage = `countersign grants list USERNAME
countersign grants revoke USERNAME [--client CLIENT_ID]     of all clients, or of one; also removes the stored consent`

type Action = (store: Store, args: readonly string[]) => Promise<void>

const actions: Readonly<Record<string, Action>> = { list, revoke }

export function grants(args: readonly string[]): Promise<void> {
  return runAction(actions, usage, args, (action, store, rest) => action(store, rest))
}

async function list(store: Store, args: readonly string[]): Promise<void> {
  const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true })
  const user = await requireUser(store, one(positionals, usage))
  for (const grant of await store.grants.ofUser(user.subject.id, now())) {
    const facts = [grant.id, grant.clientId, time(grant.createdAt), time(grant.expiresAt), grant.scopes.join(' ')]
    print(facts.map(printable).join('\t'))
  }
}

async function revoke(store: Store, args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { client: { type: 'string' } },
    allowPositionals: true,
  })
  const user = await requireUser(store, one(positionals, usage))
  const count = await withdrawConsent({ store, now }, user.subject.id, values.client)
  print(`Revoked ${count} ${count === 1 ? 'grant' : 'grants'} of ${user.profile.username}.`)
}
