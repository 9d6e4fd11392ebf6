/**
 * What oidc-provider keeps, in memory. Its own example of an adapter forgets all but 1,000 entries, and takes longer with each
 * token of a grant; this one does neither.
 */

interface Kept {
  readonly grantId?: string
  readonly uid?: string
  consumed?: number
}

/** One for each kind of thing that is kept. */
export interface Adapter {
  readonly upsert: (id: string, payload: Kept) => Promise<void>
  readonly find: (id: string) => Promise<Kept | undefined>
  readonly findByUid: (uid: string) => Promise<Kept | undefined>
  readonly consume: (id: string) => Promise<void>
  readonly destroy: (id: string) => Promise<void>
  readonly revokeByGrantId: (grantId: string) => Promise<void>
}

export function inMemory(): Adapter {
  const kept = new Map<string, Kept>()
  const byUid = new Map<string, string>()
  return {
    upsert: async (id, payload) => {
      kept.set(id, payload)
      if (payload.uid !== undefined) byUid.set(payload.uid, id)
    },
    find: async (id) => kept.get(id),
    findByUid: async (uid) => kept.get(byUid.get(uid) ?? ''),
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
