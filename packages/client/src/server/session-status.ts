/** `GET {base}/session`: tells the app in the browser which user is logged in. It has no token. */
import type { Context } from './context.ts'
import { json, withCookies } from './responses.ts'
import { openSession } from './session.ts'

export async function sessionStatus(context: Context, request: Request): Promise<Response> {
  const lines: string[] = []
  const session = await openSession(context, request, (line) => lines.push(line))
  const status = session === undefined ? { isLoggedIn: false } : { isLoggedIn: true, claims: session.claims }
  return withCookies(json(200, status), lines)
}
