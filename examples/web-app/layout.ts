/** The frame of every page of the app. `html` escapes all values. */
import { html } from 'hono/html'

/** The response of `/users/me`. */
export interface Person {
  readonly username: string
  readonly email: string
  readonly full_name: string
}

type Html = ReturnType<typeof html>

export function layout(title: string, person: Person | undefined, content: Html): Html {
  const logOut = html`<form method="post" action="/auth/logout"><button class="quiet">Log out</button></form>`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header>
<p class="brand"><a href="/">Web App</a></p>
${person ? logOut : ''}
</header>
<main>
<section>
${content}
</section>
</main>
</body>
</html>
`
}
