/** Parts of the pages' templates. The tag escapes every value, and nothing here bypasses it. */
import { html } from 'hono/html'

export type Html = ReturnType<typeof html>

/** A name that someone chose, isolated so that its right-to-left and override characters do not affect the text around it. */
export function chosenName(name: string): Html {
  return html`<bdi class="name">${name}</bdi>`
}

/** An address that a link may lead to: http or https, never `javascript:`. */
export type WebAddress = `${'http' | 'https'}://${string}`

export function isWebAddress(address: string | undefined): address is WebAddress {
  return address !== undefined && /^https?:\/\/[^\s/]/i.test(address)
}

/** A link to another site in a new tab. That site gets neither a referrer nor access to this window. */
export function foreignLink(address: WebAddress, label: string, newTab: string): Html {
  return html`<a href="${address}" target="_blank" rel="noreferrer noopener">${label}<span class="unseen"> (${newTab})</span></a> `
}

/** A tile with the initials of a name, hidden from screen readers. */
export function monogram(name: string): Html {
  return html`<span class="monogram" aria-hidden="true">${initials(name)}</span>`
}

/** A client as users know it. */
export interface ShownClient {
  readonly clientName: string
  /** The proven host that the user goes to next. */
  readonly clientHost: string | undefined
  /** Shown when it is a web address. */
  readonly clientLogoUri: string | undefined
}

/** The client's logo, or its initials, with its name and the host below each other. */
export function clientBlock({ clientName, clientHost, clientLogoUri }: ShownClient): Html {
  const logo = isWebAddress(clientLogoUri)
    ? html`<img class="logo" src="${clientLogoUri}" alt="" referrerpolicy="no-referrer">`
    : monogram(clientName)
  const host = clientHost === undefined ? '' : html` <span class="host">${clientHost}</span>`
  return html`<span class="client">${logo}<span>${chosenName(clientName)}${host}</span></span>`
}

/** The first letters of the first word and of the last word. */
function initials(name: string): string {
  const letters = name.match(/(?<![\p{L}\p{M}\p{N}])[\p{L}\p{N}]/gu) ?? []
  const [first = '?'] = letters
  return (letters.length > 1 ? first + letters.at(-1) : first).toUpperCase()
}
