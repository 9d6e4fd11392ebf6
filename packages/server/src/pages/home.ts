/** The page at `/`: what this address is for. */
import { html } from 'hono/html'
import { type Frame, framed } from './frame.ts'
import { textOf } from './text.ts'

export function homePage(frame: Frame): string {
  const { title, lead } = textOf(frame.language).home
  return framed(frame, {
    title,
    main: html`<h1>${title}</h1>
<p class="lead">${lead}</p>`,
  })
}
