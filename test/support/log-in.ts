/** What a person does on Countersign's pages. */
import type { Page } from 'playwright-core'

/** Logs in on the page that is open, and answers the consent page. */
export async function logInAsTim(page: Page, decision: 'Allow' | 'Don’t allow' = 'Allow'): Promise<void> {
  await page.getByLabel('Username').fill('tim')
  await page.getByLabel('Password').fill('tim1234')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('button', { name: decision, exact: true }).click()
}
