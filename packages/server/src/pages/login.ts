/** The page that asks for username and password. */
import { html } from 'hono/html'
import { type Frame, form, framed } from './frame.ts'
import { chosenName, type Html } from './html.ts'
import type { LoginProblem } from './text/text.ts'
import { textOf } from './text.ts'

export interface LoginContent {
  /** Posted back with the form, unchanged. */
  readonly request: string
  readonly clientName: string
  /** The proven host that the user goes to next. */
  readonly clientHost: string | undefined
  /** Prefilled; `''` when it is not known. */
  readonly username: string
  /** Why the last attempt failed. */
  readonly problem: LoginProblem | undefined
  /** Whether this very response sets the cookie that the last post lacked. A browser that lacks it again keeps no cookies. */
  readonly isCookieSent: boolean
}

/** Posts `username` and `password`, or `decision=cancel`, to `/login`. */
export function loginPage(frame: Frame, content: LoginContent): string {
  const { request, clientName, clientHost, username, problem, isCookieSent } = content
  const text = textOf(frame.language).login
  const hidden = { request, ...(isCookieSent && { cookie: 'sent' }) }
  const title = problem ? text.failedTitle : text.title
  const main = html`<h1>${text.title}</h1>
<p class="lead">${text.lead(chosenName(clientName))}${clientHost === undefined ? '' : html` <span class="host">${clientHost}</span>`}</p>
${problem ? html`<p class="problem" id="problem" role="alert">${text.problems[problem]}</p>` : ''}
${form(frame, '/login', hidden, fields(frame, username, problem))}`
  return framed(frame, { title, main })
}

function fields(frame: Frame, username: string, problem: LoginProblem | undefined): Html {
  const text = textOf(frame.language).login
  const isFieldWrong = problem === 'incorrect' || problem === 'invalid'
  const state = html`${problem ? html` aria-describedby="problem"` : ''}${isFieldWrong ? html` aria-invalid="true"` : ''}`
  const focus = html` autofocus`
  return html`<div class="field"><label for="username">${text.username}</label>
<input id="username" name="username" type="text" value="${username}" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" required${state}${username === '' ? focus : ''}></div>
<div class="field"><label for="password">${text.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${state}${username === '' ? '' : focus}></div>
<div class="actions"><button class="primary" id="login">${text.submit}</button>
<button class="plain" id="cancel" name="decision" value="cancel" formnovalidate>${text.cancel}</button></div>`
}
