/** The page that asks whether the client may have what it requests. */
import { html } from 'hono/html'
import { type Frame, form, framed } from './frame.ts'
import { chosenName, foreignLink, type Html, isWebAddress, monogram } from './html.ts'
import type { Text } from './text/text.ts'
import { textOf } from './text.ts'

export interface ConsentContent {
  /** Posted back with the form, unchanged. */
  readonly request: string
  /** The session of the user who is asked. The decision counts for no other. */
  readonly sessionId: string
  readonly clientName: string
  readonly clientHost: string | undefined
  readonly clientUri: string | undefined
  readonly policyUri: string | undefined
  readonly tosUri: string | undefined
  readonly username: string
  readonly scopes: readonly RequestedScope[]
  /** The resource servers, as users know them. None: this server itself. */
  readonly resources: readonly string[]
  /** Whether the decision can be remembered. */
  readonly isRememberable: boolean
}

export interface RequestedScope {
  readonly name: string
  /** The operator's sentence. `undefined`: ours for the scopes of OpenID Connect, or the name itself. */
  readonly sentence: string | undefined
}

/**
 * Shows initials instead of the client's logo: the logo's host would learn who logs in, and a client could use another one's logo.
 * Posts `account`, `decision` (`allow`, `deny` or `switch`) and `remember=yes` to `/consent`.
 */
export function consentPage(frame: Frame, content: ConsentContent): string {
  const { request, sessionId, clientName, clientHost, scopes, resources } = content
  const text = textOf(frame.language).consent
  const main = html`<div class="parties">${monogram(clientName)}
${clientHost === undefined ? '' : html`<span class="host">${clientHost}</span>`}</div>
<h1>${text.heading(chosenName(clientName))}</h1>
${permissions(text, scopes)}
${places(text, resources)}${form(frame, '/consent', { request, account: sessionId }, choices(text, content))}
${links(frame, content)}`
  return framed(frame, { title: text.title, main })
}

function permissions(text: Text['consent'], scopes: readonly RequestedScope[]): Html {
  if (scopes.length === 0) return html`<p class="lead">${text.noPermissions}</p>`
  const items = scopes.map((scope) => html`<li>${sentenceOf(text, scope)}</li>`)
  return html`<div class="permissions"><p id="permissions">${text.permissions}</p>
<ul role="list" aria-labelledby="permissions">${items}</ul></div>`
}

function places(text: Text['consent'], resources: readonly string[]): Html {
  if (resources.length === 0) return html``
  return html`<p class="host">${text.resources} ${resources.join(', ')}</p>
`
}

function sentenceOf(text: Text['consent'], { name, sentence }: RequestedScope): string {
  if (sentence !== undefined) return sentence
  const standard: Readonly<Record<string, string>> = text.scopes
  return (Object.hasOwn(standard, name) ? standard[name] : undefined) ?? name
}

/** The button for another account comes first, so that the Enter key never allows access. */
function choices(text: Text['consent'], { username, isRememberable }: ConsentContent): Html {
  const remember = html`<label class="check"><input type="checkbox" name="remember" value="yes" checked> ${text.remember}</label>`
  return html`<div class="who"><span>${text.loggedInAs(chosenName(username))}</span>
<button id="switch" name="decision" value="switch">${text.switchAccount}</button></div>
${isRememberable ? remember : ''}
<div class="actions pair"><button id="deny" name="decision" value="deny">${text.deny}</button>
<button class="primary" id="allow" name="decision" value="allow">${text.allow}</button></div>`
}

function links({ language }: Frame, { clientUri, policyUri, tosUri }: ConsentContent): Html {
  const { newTab, consent } = textOf(language)
  const all = [
    { address: clientUri, label: consent.website },
    { address: policyUri, label: consent.policy },
    { address: tosUri, label: consent.terms },
  ].flatMap(({ address, label }) => (isWebAddress(address) ? [foreignLink(address, label, newTab)] : []))
  return all.length === 0 ? html`` : html`<p class="fine">${all}</p>`
}
