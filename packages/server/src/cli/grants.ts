/** `countersign grants ...`: an operator lists and revokes what users granted to clients. */
import type { Command } from '@commander-js/extra-typings'
import type { Grant } from '../domain/grant.ts'
import { withdrawConsent } from '../token-status/withdraw-consent.ts'
import { printable } from '../trace/format.ts'
import { withExamples } from './help.ts'
import { type List, printList } from './terminal/list.ts'
import { print } from './terminal/print.ts'
import { time } from './time.ts'
import { requireUser } from './users/require-user.ts'
import { withStore } from './with-store.ts'

export function defineGrants(grants: Command): void {
  grants.description('Lists and revokes grants: what users granted to clients, each with all its codes and tokens.')
  withExamples(grants, ['countersign grants list tim', 'countersign grants revoke tim --client shop'])
  const listing = grants
    .command('list')
    .argument('<username>')
    .summary('list the active grants of a user')
    .description(
      'Lists the active grants of a user, newest first. In a pipe: id, client, start, latest end and scope, separated by tabs.',
    )
    .option('--json', 'print a JSON array')
    .action((username, { json = false }) => list(username, json))
  withExamples(listing, ['countersign grants list tim', "countersign grants list tim --json | jq -r '.[].client_id'"])
  const revoking = grants
    .command('revoke')
    .argument('<username>')
    .summary('revoke the grants of a user')
    .description('Revokes all grants of a user, or those to one client, and removes the stored consent.')
    .option('--client <client-id>', 'only the grants to this client')
    .action((username, { client }) => revoke(username, client))
  withExamples(revoking, ['countersign grants revoke tim', 'countersign grants revoke tim --client shop'])
}

const table: List<Grant> = {
  columns: [
    { title: 'GRANT ID', text: ({ id }) => id, style: () => 'dim', isWhole: true },
    { title: 'CLIENT ID', text: ({ clientId }) => clientId, isWhole: true },
    { title: 'SINCE', text: ({ createdAt }) => time(createdAt), isWhole: true },
    { title: 'UNTIL', text: ({ expiresAt }) => time(expiresAt), isWhole: true },
    { title: 'SCOPE', text: ({ scopes }) => scopes.join(' ') },
  ],
  json: (grant) => ({
    grant_id: grant.id,
    client_id: grant.clientId,
    scope: grant.scopes.join(' '),
    created_at: time(grant.createdAt),
    expires_at: time(grant.expiresAt),
  }),
  whenEmpty: 'No active grants.',
}

function list(username: string, isJson: boolean): Promise<void> {
  return withStore(async (store) => {
    const user = await requireUser(store, username)
    await printList(table, await store.grants.ofUser(user.subject.id, Math.floor(store.clock.now())), isJson)
  })
}

function revoke(username: string, clientId: string | undefined): Promise<void> {
  return withStore(async (store) => {
    const user = await requireUser(store, username)
    const count = await withdrawConsent({ store, now: store.clock.now }, user.subject.id, clientId)
    print(printable(`Revoked ${count} ${count === 1 ? 'grant' : 'grants'} of ${user.profile.username}.`))
  })
}
