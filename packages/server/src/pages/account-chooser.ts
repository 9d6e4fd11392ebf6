/** The page that asks which of several accounts to go on with. */
import { html } from 'hono/html'
import { type Frame, framed } from './frame.ts'
import { chosenName, type Html, monogram } from './html.ts'
import { textOf } from './text.ts'

export interface AccountChooserContent {
  /** Posted back with the form, unchanged. */
  readonly request: string
  readonly clientName: string
  readonly accounts: readonly ChoosableAccount[]
}

export interface ChoosableAccount {
  readonly sessionId: string
  readonly username: string
  readonly fullName: string | undefined
}

/** Posts `account`, a session's id or `''` for another account, to `/select-account`. */
export function accountChooserPage(frame: Frame, { request, clientName, accounts }: AccountChooserContent): string {
  const text = textOf(frame.language).accountChooser
  const buttons = html`<div class="accounts">${accounts.map(accountButton)}</div>
<div class="actions"><button id="another" name="account" value="">${text.another}</button></div>`
  const main = html`<h1>${text.title}</h1>
<p class="lead">${text.lead(chosenName(clientName))}</p>
${buttons}`
  return framed(frame, { title: text.title, main, form: { path: '/select-account', hidden: { request } } })
}

/** Element ids count from 1. */
function accountButton({ sessionId, username, fullName }: ChoosableAccount, index: number): Html {
  const shown = fullName || username
  const second = shown === username ? '' : html` <small><bdi>${username}</bdi></small>`
  return html`<button class="account" id="account-${index + 1}" name="account" value="${sessionId}">
${monogram(shown)}<span>${chosenName(shown)}${second}</span></button>`
}
