/** Logins for web apps on a server: the browser gets a cookie, and the tokens stay on the server. */
export type { SetCookie } from './cookies.ts'
export type { WebLoginOptions } from './options.ts'
export type { ApiProxy, ProxyOptions } from './proxy.ts'
export type { WebSession } from './session.ts'
export type { SessionStore } from './session-store.ts'
export { createWebLogin, type WebLogin } from './web-login.ts'
