/** The page that asks whether the client may have what it requests. */
import { html } from 'hono/html'
import { type Frame, framed } from './frame.ts'
import { chosenName, clientBlock, foreignLink, type Html, isWebAddress, type ShownClient } from './html.ts'
import { type Language, type Translated, textIn } from './language.ts'
import type { Text } from './text/text.ts'
import { textOf } from './text.ts'

export interface ConsentContent extends ShownClient {
  /** Posted back with the form, unchanged. */
  readonly request: string
  /** The session of the user who is asked. The decision counts for no other. */
  readonly sessionId: string
  readonly clientUri: string | undefined
  readonly policyUri: string | undefined
  readonly tosUri: string | undefined
  readonly username: string
  readonly scopes: readonly RequestedScope[]
  /** The resource servers, as users know them. None: this server itself. */
  readonly resources: readonly string[]
  /** Whether the decision can be remembered. */
  readonly isRememberable: boolean
  /** Whether the user has chosen that already. */
  readonly isRemembered: boolean
}

export interface RequestedScope {
  readonly name: string
  /** The operator's sentence. `undefined`: ours for the standard scopes, or the name itself. */
  readonly sentence: Translated | undefined
}

/** Posts `account`, `decision` (`allow`, `deny` or `switch`) and `remember=yes` to `/consent`. */
export function consentPage(frame: Frame, content: ConsentContent): string {
  const { request, sessionId, scopes, resources } = content
  const text = textOf(frame.language).consent
  const main = html`<h1>${text.heading(clientBlock(content))}</h1>
${permissions(frame.language, scopes)}
${places(text, resources)}${choices(text, content)}
${links(frame, content)}`
  return framed(frame, { title: text.title, main, form: { path: '/consent', hidden: { request, account: sessionId } } })
}

function permissions(language: Language, scopes: readonly RequestedScope[]): Html {
  const text = textOf(language).consent
  if (scopes.length === 0) return html`<p class="lead">${text.noPermissions}</p>`
  const items = scopes.map((scope) => html`<li>${sentenceOf(language, scope)}</li>`)
  return html`<div class="permissions"><p id="permissions">${text.permissions}</p>
<ul aria-labelledby="permissions">${items}</ul></div>`
}

function places(text: Text['consent'], resources: readonly string[]): Html {
  if (resources.length === 0) return html``
  return html`<p class="host">${text.resources} ${resources.join(', ')}</p>
`
}

function sentenceOf(language: Language, { name, sentence }: RequestedScope): string {
  if (sentence !== undefined) return textIn(sentence, language)
  const standard: Readonly<Record<string, string>> = textOf(language).consent.scopes
  return (Object.hasOwn(standard, name) ? standard[name] : undefined) ?? name
}

/** The button for another account comes first, so that the Enter key never allows access. */
function choices(text: Text['consent'], { username, isRememberable, isRemembered }: ConsentContent): Html {
  const checked = isRemembered ? html` checked` : ''
  const remember = html`<label class="check"><input type="checkbox" name="remember" value="yes"${checked}> ${text.remember}</label>`
  return html`<div class="who"><span>${text.loggedInAs(chosenName(username))}</span>
<button id="switch" name="decision" value="switch">${text.switchAccount}</button></div>
${isRememberable ? remember : ''}
<div class="actions pair seen"><button id="deny" name="decision" value="deny">${text.deny}</button>
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
