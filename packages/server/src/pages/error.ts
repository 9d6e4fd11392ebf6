/** The page for errors that cannot go to a client: what to do now, and what the operator needs to find the cause. */
import { html } from 'hono/html'
import { type Frame, framed, supportAddress } from './frame.ts'
import { foreignLink, type Html, isWebAddress } from './html.ts'
import type { ErrorKind, Text } from './text/text.ts'
import { textOf } from './text.ts'

export interface ErrorContent {
  readonly status: number
  /** One technical sentence in English, for the client's developer. */
  readonly description: string | undefined
  readonly requestId: string
  readonly errorUri: string | undefined
  /** Where the user can start again: a path of this server with its base path, or `''`, the page itself. */
  readonly startAgain: string
}

export function errorPage(frame: Frame, content: ErrorContent): string {
  const { requestId, startAgain } = content
  const text = textOf(frame.language)
  const { title, advice } = text.error.kinds[kindOf(content.status)]
  const help = supportAddress(frame.brand, `${title} (${requestId})`)
  const main = html`<h1>${title}</h1>
<p class="lead">${advice}</p>
<div class="actions"><a class="button primary" id="start-again" href="${startAgain}">${text.error.again}</a>
${help === undefined ? '' : html`<a class="button" id="help" href="${help}">${text.support}</a>`}</div>
${details(text, content)}`
  return framed(frame, { title, main })
}

function details({ error, newTab }: Text, { description, errorUri, requestId }: ErrorContent): Html {
  const more = isWebAddress(errorUri) ? foreignLink(errorUri, error.more, newTab) : ''
  return html`<details><summary>${error.details}</summary>
<section class="report"><p>${error.operator}</p>
<dl><dt>${error.requestId}</dt><dd><code id="request-id">${requestId}</code></dd>
<dt>${error.command}</dt><dd><code>countersign why ${requestId}</code></dd></dl>
${description === undefined ? '' : html`<p lang="en">${description}</p>${more}`}</section></details>`
}

function kindOf(status: number): ErrorKind {
  switch (status) {
    case 403:
      return 'forbidden'
    case 404:
      return 'missing'
    case 429:
      return 'tooMany'
    case 503:
      return 'unavailable'
    default:
      return status >= 500 ? 'fault' : 'request'
  }
}
