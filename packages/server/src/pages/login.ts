/** The page that asks for username and password. */
import { html } from 'hono/html'
import { type Frame, framed } from './frame.ts'
import { clientBlock, type Html, type ShownClient } from './html.ts'
import type { LoginNames, LoginProblem, Text } from './text/text.ts'
import { textOf } from './text.ts'

export interface LoginContent extends ShownClient {
  /** Posted back with the form, unchanged. */
  readonly request: string
  /** What users log in with. */
  readonly names: LoginNames
  /** Prefilled; `''` when it is not known. */
  readonly username: string
  /** Why the last attempt failed. */
  readonly problem: LoginProblem | undefined
  /** When this very response sets the cookie that the last post lacked, in seconds since the epoch. Posted back. */
  readonly cookieSentAt: number | undefined
}

/** Posts `username` and `password`, or `decision=cancel`, to `/login`. */
export function loginPage(frame: Frame, content: LoginContent): string {
  const { request, names, username, problem, cookieSentAt } = content
  const text = textOf(frame.language).login
  const title = problem ? text.failedTitle : text.title
  const main = html`<h1>${text.title}</h1>
<p class="lead">${text.lead(clientBlock(content))}</p>
${problem ? html`<p class="problem" id="problem" role="alert">${problemText(text, names, problem)}</p>` : ''}
${fields(frame, names, username, problem)}`
  return framed(frame, {
    title,
    main,
    form: {
      path: '/login',
      hidden: { request, ...(cookieSentAt !== undefined && { cookie_sent_at: String(cookieSentAt) }) },
    },
  })
}

function problemText({ name, problems }: Text['login'], names: LoginNames, problem: LoginProblem): string {
  return problem === 'incorrect' || problem === 'invalid' ? name[names][problem] : problems[problem]
}

/** A short text, and what screen readers say. No `aria-label`: it would make a button the second thing on the page that is labelled as a password. */
function spoken({ text, label }: Text['login']['showPassword']): Html {
  return html`<span aria-hidden="true">${text}</span><span class="unseen">${label}</span>`
}

/** The script shows the button that shows the password, and the hint about Caps Lock. */
function fields(frame: Frame, names: LoginNames, username: string, problem: LoginProblem | undefined): Html {
  const text = textOf(frame.language).login
  const isFieldWrong = problem === 'incorrect' || problem === 'invalid'
  const describes = ['caps-lock', ...(problem ? ['problem'] : [])].join(' ')
  const wrong = isFieldWrong ? html` aria-invalid="true"` : ''
  const focus = html` autofocus`
  return html`<div class="field"><label for="username">${text.name[names].label}</label>
<input id="username" name="username" type="text" value="${username}" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" required${problem ? html` aria-describedby="problem"` : ''}${wrong}${username === '' ? focus : ''}></div>
<div class="field"><label for="password">${text.password}</label>
<div class="secret"><input id="password" name="password" type="password" autocomplete="current-password" required aria-describedby="${describes}"${wrong}${username === '' ? '' : focus}>
<button type="button" class="plain" id="reveal" aria-controls="password" hidden><span>${spoken(text.showPassword)}</span><span hidden>${spoken(text.hidePassword)}</span></button></div>
<p class="hint" id="caps-lock" role="status" data-on="${text.capsLock}"></p></div>
<div class="actions"><button class="primary" id="login">${text.submit}</button>
<button class="plain" id="cancel" name="decision" value="cancel" formnovalidate>${text.cancel}</button></div>`
}
