/** A token as the FastAPI tutorial gets one. */

/** Logs tim in at a `countersign dev`, and answers the access token. */
export async function tutorialToken(origin: string): Promise<string> {
  const body = new URLSearchParams({ username: 'tim', password: 'tim1234', scope: 'me items' })
  const response = await fetch(`${origin}/token`, { method: 'POST', body })
  const answer: unknown = await response.json()
  if (typeof answer === 'object' && answer !== null && 'access_token' in answer) return String(answer.access_token)
  throw new Error(`the login was answered with ${response.status}`)
}
