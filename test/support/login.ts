/** What a person does on Countersign's pages. */
import type { Page } from 'playwright-core'
import { createUserAgent } from '../../packages/server/test/support/user-agent.ts'

/** Logs in on the page that is open, and answers the consent page. */
export async function logInAsTim(page: Page, decision: 'Allow' | 'Don’t allow' = 'Allow'): Promise<void> {
  await page.getByLabel('Username').fill('tim')
  await page.getByLabel('Password').fill('tim1234')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('button', { name: decision, exact: true }).click()
}

/**
 * Does the same without a browser, from the address of a login to the address that it leads back to, which is then opened.
 * Answers that page.
 */
export async function logInAsTimAt(url: string): Promise<string> {
  const agent = createUserAgent((request) => fetch(request), new URL(url).origin)
  const login = await agent.open(url)
  const consent = await agent.submit(login, { username: 'tim', password: 'tim1234' })
  const { url: answer } = await agent.submit(consent, { decision: 'allow' })
  return await (await fetch(answer)).text()
}
