/** The page for errors that cannot go to a client: what to do now, and what the operator needs to find the cause. */
import { html } from 'hono/html'
import { type Frame, framed } from './frame.ts'
import { foreignLink, type Html, isWebAddress } from './html.ts'
import type { ErrorKind, Text } from './text/text.ts'
import { textOf } from './text.ts'

export interface ErrorContent {
  readonly status: number
  /** One technical sentence in English, for the client's developer. */
  readonly description: string | undefined
  readonly requestId: string
  readonly errorUri: string | undefined
}

export function errorPage(frame: Frame, content: ErrorContent): string {
  const text = textOf(frame.language)
  const { title, advice } = text.error.kinds[kindOf(content.status)]
  const main = html`<h1>${title}</h1>
<p class="lead">${advice}</p>
<section class="report"><p>${text.error.operator}</p>
<dl><dt>${text.error.requestId}</dt><dd><code id="request-id">${content.requestId}</code></dd>
<dt>${text.error.command}</dt><dd><code>countersign why ${content.requestId}</code></dd></dl></section>
${details(text, content)}`
  return framed(frame, { title, main })
}

function details({ error, newTab }: Text, { description, errorUri }: ErrorContent): Html {
  if (description === undefined) return html``
  return html`<details><summary>${error.details}</summary>
<p lang="en">${description}</p>
${isWebAddress(errorUri) ? foreignLink(errorUri, error.more, newTab) : ''}</details>`
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
