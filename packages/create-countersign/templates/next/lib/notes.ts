/** The API: a route that checks the access token of each request. */
import { createGuard } from '@countersign/guard'
import { protect } from '@countersign/guard/next'
import type { Countersign } from 'countersign'

/** `now` is the clock in seconds: tests have one that they advance. */
export function notesRoute(
  issuer: string,
  countersign: () => Countersign | Promise<Countersign>,
  now: () => number = () => Date.now() / 1000,
) {
  const guard = createGuard({
    issuer,
    audience: issuer,
    revocations: { interval: 1 },
    fetch: async (input, init) => (await countersign()).fetch(new Request(input, init)),
    now,
  })
  return protect(guard, { scopes: ['notes'] }, (_request, access) => Response.json(notesOf(access.subject)))
}

/** Replace it by your own data. */
function notesOf(userId: string): readonly string[] {
  return [`This note belongs to the user ${userId}.`]
}
