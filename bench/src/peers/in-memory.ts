/**
 * What oidc-provider keeps, in memory. Its own example of an adapter forgets all but 1,000 entries, and takes longer with each
 * token of a grant; this one does neither.
 */
import type { Adapter, AdapterPayload } from 'oidc-provider'

/** One for each kind of thing that is kept. */
export function inMemory(): Adapter {
  const kept = new Map<string, AdapterPayload>()
  const byUid = new Map<string, string>()
  return {
    upsert: async (id, payload) => {
      kept.set(id, payload)
      if (payload.uid !== undefined) byUid.set(payload.uid, id)
    },
    find: async (id) => kept.get(id),
    findByUid: async (uid) => kept.get(byUid.get(uid) ?? ''),
    findByUserCode: async () => undefined,
    consume: async (id) => {
      const payload = kept.get(id)
      if (payload) payload.consumed = Math.floor(Date.now() / 1000)
    },
    destroy: async (id) => {
      kept.delete(id)
    },
    revokeByGrantId: async (grantId) => {
      for (const [id, payload] of kept) if (payload.grantId === grantId) kept.delete(id)
    },
  }
}
