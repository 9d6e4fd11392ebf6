/** The page at `/` under `countersign dev`: where to go, code to paste, and the clients. */
import { html } from 'hono/html'
import { type CodeSettings, codeBlocks } from './developer-code.ts'
import { type Brand, framed } from './frame.ts'
import { chosenName, type Html } from './html.ts'

export interface DeveloperHomeContent extends CodeSettings {
  readonly brand: Brand
  readonly basePath: string
  readonly clients: readonly ClientEntry[]
  /** Whether there are more clients than those. */
  readonly hasMoreClients: boolean
}

export interface ClientEntry {
  readonly id: string
  readonly name: string
  readonly isPublic: boolean
  readonly isDisabled: boolean
  readonly redirectUris: readonly string[]
}

export function developerHomePage(content: DeveloperHomeContent): string {
  const { brand, basePath, issuer, logins } = content
  const users = logins.map(({ username, password }, index) => {
    return html`${index === 0 ? '' : ', or as '}<code>${username}</code> with <code>${password}</code>`
  })
  const main = html`<h1>Countersign is running</h1>
<p class="lead">The issuer is <code>${issuer}</code>. Log in as ${users}.</p>
<nav aria-label="Pages"><ul class="links">${links.map(({ path, title, about }) => {
    return html`<li><a href="${basePath}${path}">${title}</a><p>${about}</p></li>`
  })}<li><a href="#clients">Clients</a><p>Which apps are registered.</p></li></ul></nav>
<section aria-labelledby="code"><h2 id="code">Code to paste</h2>
<p>One click selects a block.</p>
${codeBlocks(content).map(({ title, about, code }) => {
  return html`<h3>${title}</h3>
<p>${about}</p>
<pre><code>${code}</code></pre>
`
})}</section>
${clientSection(content)}`
  const frame = { language: 'en', brand, basePath, csrf: '', languageReturn: undefined } as const
  return framed(frame, { title: 'Home', main, style: '/pages/home.css' })
}

const links = [
  { path: '/demo', title: 'Demo app', about: 'Logs you in, and shows what an app gets.' },
  { path: '/docs', title: 'API', about: 'The tutorial’s routes, to try in the browser.' },
  { path: '/_trace', title: 'Live trace', about: 'Every request, step by step.' },
  { path: '/.well-known/openid-configuration', title: 'Discovery', about: 'What client libraries read.' },
  { path: '/errors', title: 'Errors', about: 'What each error code means.' },
]

function clientSection({ clients, hasMoreClients, command }: DeveloperHomeContent): Html {
  const more = hasMoreClients
    ? html`<p>There are more clients: <code>${command} clients list</code> shows all.</p>`
    : ''
  return html`<section aria-labelledby="clients"><h2 id="clients">Clients</h2>
<ul class="clients">${clients.map(clientItem)}</ul>
${more}</section>`
}

function clientItem({ id, name, isPublic, isDisabled, redirectUris }: ClientEntry): Html {
  const ownName = name === id ? '' : html` ${chosenName(name)}`
  const facts = [isPublic ? 'public' : 'with a secret', ...(isDisabled ? ['disabled'] : [])].join(', ')
  return html`<li><code>${id}</code>${ownName} <small>${facts}</small>
${redirectUris.map((uri) => html`<p><code>${uri}</code></p>`)}</li>`
}

export const developerHomeStyle: string = `.card { max-width: 48rem; }
.links { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .25rem 1.5rem; margin-top: 1.5rem; }
.links a { display: inline-flex; align-items: center; min-height: 2.75rem; font-weight: 600; }
.links p, section p, small { font-size: .875rem; color: var(--quiet); }
.links p { margin-top: -.5rem; }
section { margin-top: 2.5rem; }
h2 { margin: 0; font-size: 1.125rem; line-height: 1.4; font-weight: 650; }
h3 { margin: 1.5rem 0 0; font-size: 1rem; line-height: 1.4; font-weight: 600; }
pre { margin: .625rem 0 0; padding: .875rem 1rem; border-radius: .625rem; background: var(--tint); white-space: pre-wrap; }
pre code { display: block; }
.clients { margin-top: .625rem; border-bottom: 1px solid var(--line); }
.clients li { padding: .625rem 0; border-top: 1px solid var(--line); font-size: .875rem; }
`
