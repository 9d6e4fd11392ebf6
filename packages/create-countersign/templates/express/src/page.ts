/** The page of the application. */
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export function page(isLoggedIn: boolean, notes: readonly string[] = []): string {
  const content = isLoggedIn
    ? `<ul>${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>
<p><a href="/notes">Your notes</a></p>
<form method="post" action="/account/logout"><button>Log out</button></form>`
    : '<p><a href="/account/login?return_to=/notes">Log in</a></p>'
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>My application</title>
<h1>My application</h1>
${content}
</html>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character)
}
