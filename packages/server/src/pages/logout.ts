/** The pages of a logout (OpenID Connect RP-Initiated Logout §2, §6): the question, and the two outcomes. */
import { html } from 'hono/html'
import { type Frame, framed } from './frame.ts'
import { chosenName, type Html, isWebAddress } from './html.ts'
import { textOf } from './text.ts'

export interface LogoutContent {
  /** Posted back with the form, unchanged. */
  readonly request: string
  /** The client that sent the user; `undefined`: no known one. */
  readonly clientName: string | undefined
  readonly username: string | undefined
}

/** Posts `decision` (`logout` or `stay`) to `/logout/confirm`. */
export function logoutPage(frame: Frame, { request, clientName, username }: LogoutContent): string {
  const text = textOf(frame.language).logout
  const buttons = html`<div class="actions"><button class="primary" id="logout" name="decision" value="logout">${text.logout}</button>
<button id="stay" name="decision" value="stay">${text.stay}</button></div>`
  const main = html`<h1>${text.title}</h1>
${lead(text.requestedBy, clientName)}
${lead(text.loggedInAs, username)}
${buttons}`
  return framed(frame, { title: text.title, main, form: { path: '/logout/confirm', hidden: { request } } })
}

function lead(sentence: (name: Html) => Html, name: string | undefined): Html {
  return name === undefined ? html`` : html`<p class="lead">${sentence(chosenName(name))}</p>`
}

export interface LoggedOutContent {
  readonly clientName: string | undefined
  /** Where the client wants the user to go next. Shown when it is a web address. */
  readonly returnUri: string | undefined
  /** Where the user can log in again. When it is no web address, that is the page that says how. */
  readonly loginUri: string | undefined
}

/** After a logout. */
export function loggedOutPage(frame: Frame, { clientName, returnUri, loginUri }: LoggedOutContent): string {
  const text = textOf(frame.language).loggedOut
  const label = clientName === undefined ? text.returnToApplication : text.returnTo(chosenName(clientName))
  const again = isWebAddress(loginUri) ? loginUri : `${frame.basePath}/`
  const main = html`<h1>${text.title}</h1>
<p class="lead">${text.lead}</p>
<div class="actions">${isWebAddress(returnUri) ? html`<a class="button primary" id="return" href="${returnUri}"><span>${label}</span></a>` : ''}
<a class="button" id="log-in-again" href="${again}">${text.again}</a></div>`
  return framed(frame, { title: text.title, main })
}

export interface StillLoggedInContent {
  readonly username: string
}

/** After the user chose to stay logged in. */
export function stillLoggedInPage(frame: Frame, { username }: StillLoggedInContent): string {
  const text = textOf(frame.language).stillLoggedIn
  const main = html`<h1>${text.title}</h1>
<p class="lead">${text.lead(chosenName(username))}</p>`
  return framed(frame, { title: text.title, main })
}
