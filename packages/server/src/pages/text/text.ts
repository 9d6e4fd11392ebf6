/** Everything the pages say; one object of this shape per language. */
import type { Html } from '../html.ts'

export interface Text {
  /** Labels the language switch for screen readers. */
  readonly language: string
  /** In parentheses after a link. */
  readonly newTab: string
  /** Leads to the operator's support address. */
  readonly support: string
  /** The page at the issuer's own address. */
  readonly home: {
    readonly title: string
    readonly lead: string
  }
  readonly login: {
    readonly title: string
    readonly failedTitle: string
    readonly lead: (client: Html) => Html
    /** The field for the name, and what is wrong with what was typed. */
    readonly name: Readonly<
      Record<LoginNames, { readonly label: string; readonly incorrect: string; readonly invalid: string }>
    >
    readonly password: string
    readonly submit: string
    readonly cancel: string
    /** The text of a button, and what screen readers say, which contains it. */
    readonly showPassword: { readonly text: string; readonly label: string }
    readonly hidePassword: { readonly text: string; readonly label: string }
    readonly capsLock: string
    readonly problems: Readonly<Record<Exclude<LoginProblem, 'incorrect' | 'invalid'>, string>>
  }
  readonly consent: {
    readonly title: string
    readonly heading: (client: Html) => Html
    readonly permissions: string
    /** Shown instead of the permissions, when the client requests none. */
    readonly noPermissions: string
    /** Precedes the hosts of the services that the permissions are for. */
    readonly resources: string
    readonly scopes: Readonly<Record<StandardScope, string>>
    readonly loggedInAs: (username: Html) => Html
    readonly switchAccount: string
    readonly remember: string
    readonly allow: string
    readonly deny: string
    readonly website: string
    readonly policy: string
    readonly terms: string
  }
  readonly accountChooser: {
    readonly title: string
    readonly lead: (client: Html) => Html
    readonly another: string
  }
  readonly logout: {
    readonly title: string
    readonly requestedBy: (client: Html) => Html
    readonly loggedInAs: (username: Html) => Html
    readonly logout: string
    readonly stay: string
  }
  readonly loggedOut: {
    readonly title: string
    readonly lead: string
    readonly returnTo: (client: Html) => Html
    readonly returnToApplication: string
    readonly again: string
  }
  readonly stillLoggedIn: {
    readonly title: string
    readonly lead: (username: Html) => Html
  }
  readonly error: {
    readonly kinds: Readonly<Record<ErrorKind, { readonly title: string; readonly advice: string }>>
    readonly again: string
    readonly operator: string
    readonly requestId: string
    readonly command: string
    readonly details: string
    readonly more: string
  }
  readonly formPost: {
    readonly title: string
    readonly lead: string
    readonly submit: string
  }
}

/** What users log in with. */
export type LoginNames = 'username' | 'email' | 'both'

export type LoginProblem = 'incorrect' | 'too_many' | 'busy' | 'invalid' | 'stale' | 'no_cookies'

/** OpenID Connect Core §3.1.2.1, §5.4 and §11, and ours. */
export type StandardScope = 'openid' | 'profile' | 'email' | 'address' | 'phone' | 'offline_access' | 'groups' | 'roles'

export type ErrorKind = 'request' | 'forbidden' | 'missing' | 'tooMany' | 'unavailable' | 'fault'
