/** What `countersign dev` prints about a request that was rejected, below its line. */
import { countersign } from '../config/called-as.ts'
import { explain } from '../oauth/reasons.ts'
import type { Store } from '../store/open.ts'
import { printable } from '../trace/format.ts'
import type { RecordedRequest } from '../trace/recorder.ts'

/** What happened, the command that explains it, and for a lockout the command that ends it. */
export async function describeRejection(
  { users }: Pick<Store, 'users'>,
  reason: string,
  { requestId, steps }: RecordedRequest,
): Promise<readonly string[]> {
  const happened = explain(reason)?.happened
  const lines = [...(happened === undefined ? [] : [`  ${happened}`]), `  why: ${countersign} why ${requestId}`]
  if (reason !== 'account_throttled') return lines
  const id = steps.find(({ name }) => name === 'get_user')?.facts['user_id']
  const user = typeof id === 'string' ? await users.findById(id) : undefined
  return user ? [...lines, `  unlock: ${countersign} users unlock ${printable(user.profile.username)}`] : lines
}
