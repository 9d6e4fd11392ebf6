/** The descriptions of all routes, by method and path. Files of pages have none. */
import { jsonOf, type Operation, pageOf, redirectTo } from './operation.ts'

/** `undefined` for the files of pages. */
export function operationOf(method: string, path: string): Operation | undefined {
  // RFC 8414 §3.1: for an issuer with a path, the well-known path is followed by it.
  const [known = path] = /^\/\.well-known\/(openid-configuration|oauth-authorization-server)/.exec(path) ?? []
  const name = `${method} ${known}`
  return Object.hasOwn(operations, name) ? operations[name] : undefined
}

const tooManyLogins = { 429: 'Too many wrong passwords from this address', 503: 'Too many logins at once' }

const currentUser: Operation = {
  tag: 'Resources',
  summary: 'Read Users Me',
  description: 'The user whose token it is, read from the database now.',
  scopes: ['me'],
  success: jsonOf('User'),
}

const ownItems: Operation = {
  tag: 'Resources',
  summary: 'Read Own Items',
  description: "The items that the token's user owns.",
  scopes: ['me', 'items'],
  success: jsonOf('Items'),
}

const userInfo: Operation = {
  tag: 'Resources',
  summary: 'UserInfo',
  description: "The claims about the token's user that its scopes allow (OpenID Connect Core §5.3).",
  scopes: ['openid'],
  success: jsonOf('UserInfo'),
}

const authorization: Operation = {
  tag: 'Log in',
  summary: 'Authorize',
  description: "A client sends its user's browser here to log in (RFC 6749 §4.1, OpenID Connect Core §3.1).",
  success: redirectTo('To a page of the login, or to the redirect URI with `code`, `state` and `iss`'),
  failures: { 400: 'The client or its redirect URI is not registered' },
}

const logout: Operation = {
  tag: 'Log in',
  summary: 'Log out',
  description: "A client sends its user's browser here to log out (OpenID Connect RP-Initiated Logout §2).",
  success: pageOf('The page that asks the user; with `id_token_hint` of the session, a redirect'),
  failures: { 400: 'The redirect URI is not registered' },
}

const metadata: Operation = {
  tag: 'Discovery',
  summary: 'Server metadata',
  description: 'The endpoints and what they support (RFC 8414, OpenID Connect Discovery §4).',
  success: jsonOf('Metadata'),
}

function pageRoute(summary: string, description: string): Operation {
  return { tag: 'Pages', summary, description, success: pageOf('The page') }
}

function pageForm(summary: string, success = redirectTo('Back to /authorize, which goes on')): Operation {
  const description = 'Sent by the form of the page.'
  const failures = { 400: 'The form is malformed', 403: 'The form is of another site' }
  return { tag: 'Pages', summary, description, success, failures }
}

const operations: Readonly<Record<string, Operation>> = {
  'POST /token': {
    tag: 'Log in',
    summary: 'Login For Access Token',
    description: 'A code, a refresh token, a client secret or a password for a bearer token (RFC 6749 §3.2).',
    form: 'TokenForm',
    success: jsonOf('Token'),
    failures: { 401: 'The password or the client secret is wrong', ...tooManyLogins },
  },
  'POST /token/': {
    tag: 'Log in',
    summary: 'Login For Access Token, with a slash',
    description: 'Leads to /token, with the same form.',
    success: { status: 307, description: 'To /token' },
  },
  'GET /authorize': { ...authorization, query: 'AuthorizationRequest' },
  'POST /authorize': { ...authorization, form: 'AuthorizationRequest' },
  'GET /logout': { ...logout, query: 'LogoutRequest' },
  'POST /logout': { ...logout, form: 'LogoutRequest', success: redirectTo('To the same with GET') },
  'GET /users/me': currentUser,
  'GET /users/me/': currentUser,
  'GET /users/me/items': ownItems,
  'GET /users/me/items/': ownItems,
  'GET /userinfo': userInfo,
  'POST /userinfo': { ...userInfo, form: 'PresentedToken' },
  'POST /revoke': {
    tag: 'Tokens',
    summary: 'Revoke a token',
    description: 'A client revokes its own token; a refresh token with its whole grant (RFC 7009).',
    form: 'TokenOfClient',
    success: jsonOf('Empty'),
    failures: { 401: 'The client is not authenticated' },
  },
  'POST /introspect': {
    tag: 'Tokens',
    summary: 'Introspect a token',
    description: 'Whether a token is active, for clients with a secret (RFC 7662).',
    form: 'TokenOfClient',
    success: jsonOf('Introspection'),
    failures: { 401: 'The client is not authenticated' },
  },
  'GET /revocations': {
    tag: 'Tokens',
    summary: 'Revoked tokens',
    description: 'Experimental: a signed list of access tokens that were revoked before they expire.',
    success: { status: 200, description: 'A JWT', mediaType: 'application/revocations+jwt' },
    failures: { 304: 'The list is the one of `If-None-Match`' },
  },
  'GET /.well-known/openid-configuration': metadata,
  'GET /.well-known/oauth-authorization-server': metadata,
  'GET /.well-known/jwks.json': {
    tag: 'Discovery',
    summary: 'Public keys',
    description: 'The keys that verify tokens (RFC 7517 §5).',
    success: jsonOf('JwkSet'),
  },
  'GET /openapi.json': {
    tag: 'Discovery',
    summary: 'This document',
    description: 'All routes, in OpenAPI 3.1.',
    success: jsonOf('Empty'),
  },
  'GET /healthz': {
    tag: 'Health',
    summary: 'Liveness',
    description: 'The process runs.',
    success: jsonOf('Health'),
  },
  'GET /readyz': {
    tag: 'Health',
    summary: 'Readiness',
    description:
      'The database keeps what is written, the clock of this machine is within a minute of that of the database, and the server is not being stopped. What is said of the database is at most a second old.',
    success: jsonOf('Health'),
    otherwise: { ...jsonOf('NotReady'), status: 503, description: 'The server is not ready: `reason` says why' },
  },
  'GET /': pageRoute('Home', 'What this address is for.'),
  'GET /login': pageRoute('Login page', 'Asks for the username and the password.'),
  'POST /login': pageForm('Log in'),
  'GET /select-account': pageRoute('Accounts', 'Asks which of several accounts it is.'),
  'POST /select-account': pageForm('Choose an account'),
  'GET /consent': pageRoute('Consent page', 'Asks what the client may do.'),
  'POST /consent': pageForm('Allow or deny'),
  'POST /logout/confirm': pageForm('Confirm the logout', pageOf('The page that says so, or a redirect to the client')),
  'POST /language': pageForm('Choose a language', redirectTo('Back to the page')),
  'GET /errors': pageRoute('Errors', 'What `error_uri` points to.'),
  'GET /docs': pageRoute('Swagger UI', 'Shows this document.'),
  'GET /demo': pageRoute('Demo app', 'An app that logs in.'),
  'GET /_trace': pageRoute('Live trace', 'Every request, step by step.'),
  'GET /_trace/events': {
    tag: 'Pages',
    summary: 'Events of the live trace',
    description: 'A stream that does not end.',
    success: { status: 200, description: 'The events', mediaType: 'text/event-stream' },
  },
}
