/** The page of the application. */
import { html } from 'hono/html'

export function page(isLoggedIn: boolean, notes: readonly string[] = []) {
  const content = isLoggedIn
    ? html`<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>
<p><a href="/notes">Your notes</a></p>
<form method="post" action="/account/logout"><button>Log out</button></form>`
    : html`<p><a href="/account/login?return_to=/notes">Log in</a></p>`
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>My application</title>
<h1>My application</h1>
${content}
</html>`
}
