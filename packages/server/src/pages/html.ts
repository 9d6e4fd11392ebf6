/** What the pages' templates are made of. The tag escapes every value; nothing here gets past it. */
import { html } from 'hono/html'

export type Html = ReturnType<typeof html>

/** A name that somebody chose. Set apart, so that right-to-left and override characters in it turn nothing around it. */
export function chosenName(name: string): Html {
  return html`<bdi class="name">${name}</bdi>`
}

/** An address that a link may lead to: one of the web, never `javascript:`. */
export type WebAddress = `${'http' | 'https'}://${string}`

export function isWebAddress(address: string | undefined): address is WebAddress {
  return address !== undefined && /^https?:\/\/[^\s/]/i.test(address)
}

/** A link to elsewhere in a new tab, which learns neither where the reader comes from nor anything of the window. */
export function foreignLink(address: WebAddress, label: string, newTab: string): Html {
  return html`<a href="${address}" target="_blank" rel="noreferrer noopener">${label}<span class="unseen"> (${newTab})</span></a> `
}

/** A tile with the first letters of a name; for the eyes only. */
export function monogram(name: string): Html {
  return html`<span class="monogram" aria-hidden="true">${initials(name)}</span>`
}

/** The first letters of the first word and of the last. */
function initials(name: string): string {
  const letters = name.match(/(?<![\p{L}\p{M}\p{N}])[\p{L}\p{N}]/gu) ?? []
  const [first = '?'] = letters
  return (letters.length > 1 ? first + letters.at(-1) : first).toUpperCase()
}
