/** A token as the FastAPI tutorial gets one. */

/** Logs tim in at a `countersign dev`, and returns the access token. */
export async function tutorialToken(origin: string): Promise<string> {
  const body = new URLSearchParams({ username: 'tim', password: 'tim1234', scope: 'me items' })
  const response = await fetch(`${origin}/token`, { method: 'POST', body })
  const result: unknown = await response.json()
  if (typeof result === 'object' && result !== null && 'access_token' in result) return String(result.access_token)
  throw new Error(`the login failed with status ${response.status}`)
}
