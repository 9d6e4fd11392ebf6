/** Every page that a flow shows, as data: a handler names the page and its content, and needs no template. */
import { type AccountChooserContent, accountChooserPage } from './account-chooser.ts'
import { type ConsentContent, consentPage } from './consent.ts'
import type { Frame } from './frame.ts'
import { type LoginContent, loginPage } from './login.ts'
import {
  type LoggedOutContent,
  type LogoutContent,
  loggedOutPage,
  logoutPage,
  type StillLoggedInContent,
  stillLoggedInPage,
} from './logout.ts'

export type { LoginProblem } from './text/text.ts'

export type View =
  | { readonly page: 'login'; readonly content: LoginContent }
  | { readonly page: 'select_account'; readonly content: AccountChooserContent }
  | { readonly page: 'consent'; readonly content: ConsentContent }
  | { readonly page: 'logout'; readonly content: LogoutContent }
  | { readonly page: 'logged_out'; readonly content: LoggedOutContent }
  | { readonly page: 'still_logged_in'; readonly content: StillLoggedInContent }

/** The whole document. */
export function renderView(frame: Frame, view: View): string {
  switch (view.page) {
    case 'login':
      return loginPage(frame, view.content)
    case 'select_account':
      return accountChooserPage(frame, view.content)
    case 'consent':
      return consentPage(frame, view.content)
    case 'logout':
      return logoutPage(frame, view.content)
    case 'logged_out':
      return loggedOutPage(frame, view.content)
    case 'still_logged_in':
      return stillLoggedInPage(frame, view.content)
  }
}

/** Whether the page has a form, and so a script. */
export function hasForm({ page }: View): boolean {
  return page !== 'logged_out' && page !== 'still_logged_in'
}
