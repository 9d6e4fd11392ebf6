/** Bytes of users, of their sessions and consents, in tables that were only filled, beside the model. */
import type { DatabaseKind } from '../../../packages/server/test/support/databases.ts'
import { startOfTests } from '../../../packages/server/test/support/server.ts'
import { aUser } from '../../../packages/server/test/support/users.ts'
import { rowBytes } from '../../../scripts/capacity/measured.ts'
import type { Comparison } from './comparison.ts'
import type { MeasuredServer } from './measured-server.ts'

const compared = ['subjects', 'profiles', 'credentials', 'consents', 'sessions'] as const

/** As long as one of ours. */
const passwordHash = '$argon2id$v=19$m=19456,t=2,p=1$x6QjNb5EpvzLyKVVq0CICw$jd7tFqxkMESKYFRJkCqPmEYzGUpEsXOlHAIidLBXyLA'

const batch = 500

export async function comparePeople(
  kind: DatabaseKind,
  { server, ledger }: MeasuredServer,
  count: number,
): Promise<readonly Comparison[]> {
  const { store, random } = server.server.context
  const ids = Array.from({ length: count }, () => random.id())
  for (let begun = 0; begun < count; begun += batch) {
    const users = ids.slice(begun, begun + batch).map((id, index) =>
      aUser(id, {
        username: `user.number${begun + index}`,
        email: `user.number${begun + index}@example.com`,
        isEmailVerified: true,
        fullName: 'A User of Middle Length',
        passwordHash,
      }),
    )
    await store.users.insert(users)
  }
  for (const [index, userId] of ids.entries()) {
    // As in the months in which they log in.
    const now = startOfTests + index * 60
    const times = { authenticatedAt: now, selectedAt: now, lastSeenAt: now, expiresAt: now + 14 * 86_400 }
    const session = { id: random.id(), userId, amr: ['pwd'], acr: '1', ...times }
    await store.transaction(async ({ sessions, consents }) => {
      await sessions.begin(undefined, Buffer.from(random.bytes(32)).toString('base64url'), session)
      await consents.remember(userId, 'web-app', new Map([['', ['openid', 'me']]]), now)
    })
  }
  const sizes = await ledger.tables()
  return compared.map((table) => ({
    what: `${kind}, bytes of ${table}`,
    model: count * rowBytes[table][kind],
    measured: sizes.get(table)?.bytes ?? 0,
  }))
}
