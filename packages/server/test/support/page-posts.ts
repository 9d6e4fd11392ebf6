/** The fields that a page's form would post, so that a test may change them as an attacker does. */

import type { Page, UserAgent } from '../../src/user-agent/user-agent.ts'
import { issuer } from './code-flow.ts'

/** The hidden fields of all forms of a page, by name. */
export function hiddenFields({ body }: Pick<Page, 'body'>): Record<string, string> {
  const inputs = [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
  return Object.fromEntries(inputs.map(([, name = '', value = '']) => [unescaped(name), unescaped(value)]))
}

/** Decodes HTML entities, as a browser does. */
export function unescaped(text: string): string {
  const characters: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' }
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => characters[name] ?? '')
}

/** The headers that browsers send with a form of our own page. */
export const fromOwnPage: Readonly<Record<string, string>> = { 'sec-fetch-site': 'same-origin', origin: 'null' }

/** Posts with the browser's cookies; redirects are not followed. */
export function postForm(
  agent: UserAgent,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = fromOwnPage,
): Promise<Response> {
  return agent.send(new Request(`${issuer}${path}`, { method: 'POST', body: new URLSearchParams(fields), headers }))
}
