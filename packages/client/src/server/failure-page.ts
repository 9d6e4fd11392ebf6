/** The page for a user whose login failed. It repeats nothing from the URL. */
import type { ClientError } from '../errors.ts'
import type { WebLoginConfig } from './config.ts'
import { page } from './responses.ts'

export function failurePage({ basePath, afterLogout }: WebLoginConfig, error: ClientError): Response {
  const isDenied = error.error === 'access_denied'
  const title = isDenied ? 'The login was cancelled' : 'The login failed'
  const advice = isDenied
    ? ''
    : `<p>Please try again. If it happens again, tell the operator: <code>${error.code}</code></p>`
  return page(
    isFromBrowser(error) ? 400 : 502,
    `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title}</title></head>
<body><main><h1>${title}</h1>${advice}
<p><a href="${escaped(`${basePath}/login`)}">Log in again</a> <a href="${escaped(afterLogout)}">Back</a></p></main></body></html>
`,
  )
}

/** Whether the error is about what the browser sent, and not about the issuer's response to this server. */
function isFromBrowser({ code }: ClientError): boolean {
  return ['callback_invalid', 'state_mismatch', 'login_too_old', 'authorization_failed'].includes(code)
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
