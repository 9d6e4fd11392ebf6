/** The demo app: logs in with the code flow and shows the result. Its script is `demo-script.ts`. */
import { html } from 'hono/html'
import { type Html, monogram } from './html.ts'

export interface DemoContent {
  /** Of the service that people log in at. */
  readonly name: string
  /** The address of this very page. */
  readonly redirectUri: string
  /** The scopes that can be requested. */
  readonly scopes: readonly string[]
  readonly logins: readonly { readonly username: string; readonly password: string }[]
}

export function demoPage({ name, redirectUri, scopes, logins }: DemoContent): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Demo App · ${name}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="pages/style.css">
<link rel="stylesheet" href="demo/demo.css">
<script src="demo/demo.js" defer></script>
</head>
<body>
<div class="card">
<header class="brand">${monogram('Demo App')}<span>Demo App</span></header>
<main data-redirect-uri="${redirectUri}">
<noscript><p class="problem">This app runs in the page, so it needs JavaScript.</p></noscript>
<p class="problem" id="problem" role="alert" hidden></p>
${loggedOut(name, scopes, logins)}
${loggedIn(name)}
</main>
</div>
<footer><a href="_trace" target="_blank">Every step live</a></footer>
</body>
</html>
`.toString()
}

function loggedOut(name: string, scopes: DemoContent['scopes'], logins: DemoContent['logins']): Html {
  const choices = scopes.map(
    (scope) =>
      html`<label class="check"><input type="checkbox" name="scope" value="${scope}"${isRequestedAtFirst(scope) ? html` checked` : ''}> <code>${scope}</code></label>`,
  )
  const users = logins.map(({ username, password }, index) => {
    return html`${index === 0 ? '' : ' or '}<code>${username}</code> with <code>${password}</code>`
  })
  return html`<form id="logged-out" hidden>
<h1>Log in with ${name}</h1>
<p class="lead">This page is a public client of the server that it came from: it sends you to <code>/authorize</code>, and takes what comes
back to <code>/token</code>, with PKCE.</p>
<fieldset><legend>What the app asks for</legend><div class="scopes">${choices}</div></fieldset>
<div class="actions"><button class="primary" id="login">Log in</button></div>
<p class="hint">You are ${users}.</p>
</form>`
}

function isRequestedAtFirst(scope: string): boolean {
  return ['openid', 'profile', 'email'].includes(scope)
}

function loggedIn(name: string): Html {
  return html`<div id="logged-in" hidden>
<h1>Hello, <bdi class="name" id="who"></bdi></h1>
<p class="lead" id="status" role="status"></p>
<div class="actions tools"><button type="button" class="primary" id="refresh">Refresh</button>
<button type="button" id="ask-userinfo">Userinfo</button>
<button type="button" id="logout">Log out</button>
<button type="button" class="plain" id="forget">Forget</button></div>
${panel('id-token', 'ID token', `Who logged in, how and when: what ${name} says to this app.`)}
${panel('userinfo', 'Userinfo', 'What the access token opens at /userinfo.')}
${panel('access-token', 'Access token', 'What an API reads. To an app it is only a string.')}
${panel('response', 'Response of /token', 'Each refresh gives a new refresh token. The one before no longer works.')}
</div>`
}

function panel(id: string, title: string, about: string): Html {
  return html`<section aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
<p>${about}</p>
<pre><code id="${id}"></code></pre></section>
`
}

export const demoStyleText: string = `.card { max-width: 44rem; }
[hidden] { display: none; }
form { margin: 0; }
form code, .hint code { font-size: .875em; }
fieldset { margin: 1.5rem 0 0; padding: 0; border: 0; }
legend { padding: 0; font-size: .875rem; font-weight: 600; }
.scopes { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); margin-top: .25rem; }
.hint { margin-top: 1rem; font-size: .875rem; color: var(--quiet); text-align: center; }
.tools { grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); }
.actions.tools .plain:last-child { margin-bottom: 0; }
section { margin-top: 2rem; }
h2 { margin: 0; font-size: 1rem; line-height: 1.4; font-weight: 650; }
section p { font-size: .875rem; color: var(--quiet); }
pre { margin: .625rem 0 0; padding: .875rem 1rem; border-radius: .625rem; background: var(--tint); white-space: pre-wrap; }
pre code { user-select: auto; }
footer { margin-top: 1rem; font-size: .875rem; }
footer a { display: inline-flex; align-items: center; min-height: 2.75rem; color: var(--quiet); }
`
