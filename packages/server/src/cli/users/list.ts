/** `countersign users list`. */

import { countersign } from '../../config/called-as.ts'
import type { User } from '../../domain/user.ts'
import type { Store } from '../../store/open.ts'
import { listUsers } from '../../users/find-users.ts'
import { type List, printList } from '../terminal/list.ts'
import { withStore } from '../with-store.ts'
import { stateOf, userJson } from './user-json.ts'

const table: List<User> = {
  columns: [
    { title: 'USERNAME', text: ({ profile }) => profile.username, isWhole: true },
    { title: 'ID', text: ({ subject }) => subject.id, style: () => 'dim', isWhole: true },
    { title: 'STATE', text: stateOf, style: ({ subject }) => (subject.isDisabled ? 'red' : 'green') },
    { title: 'EMAIL', text: ({ profile }) => profile.email ?? '-' },
  ],
  json: userJson,
  whenEmpty: `There are no users. Add one: ${countersign} users add USERNAME`,
}

export function list(isJson: boolean): Promise<void> {
  return withStore((store) => printList(table, allUsers(store), isJson))
}

async function* allUsers(store: Store): AsyncGenerator<User> {
  let after: string | undefined
  do {
    const page = await listUsers({ store }, { limit: 500, after })
    yield* page.users
    after = page.next
  } while (after !== undefined)
}
