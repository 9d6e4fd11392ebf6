/** Every page that users see, filled in. */
import { accountChooserPage } from '../../src/pages/account-chooser.ts'
import { consentPage } from '../../src/pages/consent.ts'
import { errorPage } from '../../src/pages/error.ts'
import { formPostPage } from '../../src/pages/form-post.ts'
import type { Brand, Frame } from '../../src/pages/frame.ts'
import { homePage } from '../../src/pages/home.ts'
import { loginPage } from '../../src/pages/login.ts'
import { loggedOutPage, logoutPage, stillLoggedInPage } from '../../src/pages/logout.ts'

export const plainBrand: Brand = {
  name: 'Countersign',
  logoUri: undefined,
  logoDarkUri: undefined,
  faviconUri: undefined,
  accent: undefined,
  accentDark: undefined,
  font: undefined,
  radius: 10,
  links: [],
  support: undefined,
}

export const plainFrame: Frame = {
  language: 'en',
  brand: plainBrand,
  basePath: '',
  csrf: 'csrf-value',
  languageReturn: 'authorize?request=abc',
}

/** The values in the pages: `text` for every name or value, `address` for every URL. */
export interface Filling {
  readonly text: string
  readonly address: string
}

/** Each page with the same filling in every field, by name. */
export function filledPages(frame: Frame, { text, address }: Filling): Readonly<Record<string, string>> {
  return {
    login: loginPage(frame, {
      request: text,
      clientName: text,
      clientHost: text,
      clientLogoUri: address,
      names: 'both',
      username: text,
      problem: 'incorrect',
      cookieSentAt: 1_800_000_000,
    }),
    consent: consentPage(frame, {
      request: text,
      sessionId: text,
      clientName: text,
      clientHost: text,
      clientLogoUri: address,
      clientUri: address,
      policyUri: address,
      tosUri: address,
      username: text,
      scopes: [
        { name: text, sentence: undefined },
        { name: 'custom', sentence: text },
      ],
      resources: [text],
      isRememberable: true,
      isRemembered: false,
    }),
    accountChooser: accountChooserPage(frame, {
      request: text,
      clientName: text,
      accounts: [
        { sessionId: text, username: 'tim', fullName: text },
        { sessionId: 'two', username: text, fullName: undefined },
      ],
    }),
    logout: logoutPage(frame, { request: text, clientName: text, username: text }),
    signedOut: loggedOutPage(frame, { clientName: text, returnUri: address, loginUri: address }),
    signedIn: stillLoggedInPage(frame, { username: text }),
    error: errorPage(frame, {
      status: 400,
      description: text,
      requestId: text,
      errorUri: address,
      startAgain: '/',
    }),
    formPost: formPostPage(
      { ...frame, languageReturn: undefined },
      {
        action: 'https://notes.example/callback',
        parameters: { code: text, [text]: 'a parameter of that name' },
      },
    ),
  }
}

/** Each page with typical values, by name. */
export function typicalPages(frame: Frame): Readonly<Record<string, string>> {
  const request = 'opaque'
  const client = { clientName: 'Acme Notes', clientHost: 'notes.example', clientLogoUri: undefined }
  const login = {
    request,
    ...client,
    names: 'both' as const,
    username: '',
    problem: undefined,
    cookieSentAt: undefined,
  }
  const still = { ...frame, languageReturn: '?x=1' }
  return {
    home: homePage(still),
    login: loginPage(frame, login),
    'login-incorrect': loginPage(frame, { ...login, username: 'tim', problem: 'incorrect' }),
    consent: consentPage(frame, {
      request,
      sessionId: 'one',
      ...client,
      clientUri: 'https://notes.example/',
      policyUri: 'https://notes.example/privacy',
      tosUri: 'https://notes.example/terms',
      isRememberable: true,
      isRemembered: false,
      username: 'tim',
      scopes: [
        ...['openid', 'profile', 'email', 'offline_access'].map((name) => ({ name, sentence: undefined })),
        { name: 'items', sentence: 'Read items.' },
      ],
      resources: [],
    }),
    'account-chooser': accountChooserPage(frame, {
      request,
      clientName: client.clientName,
      accounts: [
        { sessionId: 'one', username: 'tim', fullName: 'Tim Berners' },
        { sessionId: 'two', username: 'alice@example.com', fullName: undefined },
      ],
    }),
    logout: logoutPage(frame, { request, clientName: client.clientName, username: 'tim' }),
    'signed-out': loggedOutPage(still, {
      clientName: client.clientName,
      returnUri: 'https://notes.example/',
      loginUri: 'https://notes.example/',
    }),
    'signed-in': stillLoggedInPage(still, { username: 'tim' }),
    error: errorPage(still, {
      status: 400,
      description: 'redirect_uri is not registered for this client',
      requestId: '0197f3c2a1b84c6e9d10',
      errorUri: 'https://login.example.com/docs/errors',
      startAgain: '/',
    }),
    'form-post': formPostPage(
      { ...frame, languageReturn: undefined },
      {
        action: 'https://notes.example/callback',
        parameters: { code: 'c', state: 's' },
      },
    ),
  }
}

/** The consent page of a third party that requests these scopes of OpenID Connect. */
export function consentOf(frame: Frame, scopes: readonly string[]): string {
  return consentPage(frame, {
    request: 'opaque',
    sessionId: 'one',
    clientName: 'Acme Notes',
    clientHost: 'notes.example',
    clientLogoUri: undefined,
    clientUri: 'https://notes.example/',
    policyUri: 'https://notes.example/privacy',
    tosUri: 'https://notes.example/terms',
    username: 'tim',
    scopes: scopes.map((name) => ({ name, sentence: undefined })),
    resources: [],
    isRememberable: true,
    isRemembered: false,
  })
}
