/** The steps of the authorization code flow, as a client and a user go through them. */
import { createHash } from 'node:crypto'
import type { Random } from '../environment.ts'
import type { Page, UserAgent } from './user-agent.ts'

/** RFC 7636 §4.1, §4.2. */
export interface Pkce {
  readonly verifier: string
  readonly challenge: string
}

const maxPages = 5

export function newPkce({ bytes }: Pick<Random, 'bytes'>): Pkce {
  const verifier = Buffer.from(bytes(32)).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** Logs in and allows everything, until the response leaves for the client. */
export async function passPages(
  agent: UserAgent,
  first: Page,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<Page> {
  let page = first
  for (let pages = 0; pages < maxPages && page.status === 200; pages++) {
    if (/action="[^"]*\/login"/.test(page.body)) page = await agent.submit(page, { username, password })
    else if (/action="[^"]*\/consent"/.test(page.body)) page = await agent.submit(page, { decision: 'allow' })
    else break
  }
  return page
}

/** The value of `Authorization` of a client. RFC 6749 §2.3.1: form-encoded, then Basic. */
export function basicOf(id: string, secret: string): string {
  const encode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`
}
