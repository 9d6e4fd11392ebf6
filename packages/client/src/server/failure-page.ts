/** What a person sees whose log-in did not succeed: nothing of the address is repeated on it. */
import type { ClientError } from '../errors.ts'
import type { WebLoginConfig } from './config.ts'
import { page } from './responses.ts'

export function failurePage({ basePath, afterLogout }: WebLoginConfig, error: ClientError): Response {
  const isRefused = error.error === 'access_denied'
  const title = isRefused ? 'The log-in was cancelled' : 'The log-in did not succeed'
  const advice = isRefused
    ? ''
    : `<p>Please try again. If it happens again, tell the operator: <code>${error.code}</code></p>`
  return page(
    isBrowsersPart(error) ? 400 : 502,
    `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title}</title></head>
<body><main><h1>${title}</h1>${advice}
<p><a href="${escaped(`${basePath}/login`)}">Log in again</a> <a href="${escaped(afterLogout)}">Back</a></p></main></body></html>
`,
  )
}

/** Whether it was about what the browser brought, and not about the issuer's answer to this server. */
function isBrowsersPart({ code }: ClientError): boolean {
  return ['callback_invalid', 'state_mismatch', 'login_too_old', 'authorization_failed'].includes(code)
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
