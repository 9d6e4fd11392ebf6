/** The page that posts the response to the client (OAuth 2.0 Form Post Response Mode §2). */
import { html } from 'hono/html'
import { type Frame, framed, hiddenFields } from './frame.ts'
import { textOf } from './text.ts'

export interface FormPostContent {
  /** The redirect URI, exactly as the client registered it. */
  readonly action: string
  readonly parameters: Readonly<Record<string, string>>
}

/** Posts itself where scripts run, or by its button. Has no CSRF token, since it posts to the client. @throws TypeError when the action is a script */
export function formPostPage(frame: Frame, { action, parameters }: FormPostContent): string {
  if (!isPostable(action)) throw new TypeError('the action of a form must be an address')
  const text = textOf(frame.language).formPost
  const main = html`<h1>${text.title}</h1>
<p class="lead">${text.lead}</p>
<form method="post" action="${action}" id="form-post">
${hiddenFields(parameters)}
<div class="actions"><button class="primary" id="continue">${text.submit}</button></div>
</form>`
  return framed(frame, { title: text.title, main, script: '/pages/form-post.js' })
}

/** Browsers drop spaces and control characters from addresses, so these could hide a scheme. */
function isPostable(action: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/i.test(action) && !/^(?:javascript|data|vbscript):/i.test(action)
}

/** Served at `/pages/form-post.js`. Takes `submit` from the prototype, since a parameter of that name would shadow the method. */
export const formPostScript: string = `'use strict'
HTMLFormElement.prototype.submit.call(document.getElementById('form-post'))
`
