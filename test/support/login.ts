/** What a user does on Countersign's pages. */
import type { Page } from 'playwright-core'
import { createUserAgent } from '../../packages/server/test/support/user-agent.ts'

/** Logs in on the open page, and decides on the consent page. */
export async function logInAsTim(page: Page, decision: 'Allow' | 'Don’t allow' = 'Allow'): Promise<void> {
  await page.getByLabel('Username').fill('tim')
  await page.getByLabel('Password').fill('tim1234')
  await page.getByRole('button', { name: 'Log in' }).click()
  const button = page.getByRole('button', { name: decision, exact: true })
  await button.waitFor()
  // Absent where consent cannot be remembered.
  for (const remember of await page.getByRole('checkbox').all()) await remember.check()
  await button.click()
}

/**
 * Does the same without a browser: follows the URL of a login until the client's URL, and opens that URL.
 * Returns that page.
 */
export async function logInAsTimAt(url: string): Promise<string> {
  const agent = createUserAgent((request) => fetch(request), new URL(url).origin)
  const login = await agent.open(url)
  const consent = await agent.submit(login, { username: 'tim', password: 'tim1234' })
  const { url: callback } = await agent.submit(consent, { decision: 'allow' })
  return await (await fetch(callback)).text()
}
