/** The pages in English. */
import { html } from 'hono/html'
import type { Text } from './text.ts'

export const en: Text = {
  language: 'Language',
  newTab: 'opens in a new tab',
  support: 'Get help',
  home: {
    title: 'This is where you log in',
    lead: 'There is nothing to do on this page. Open the application that you want to use: it brings you here to log in.',
  },
  login: {
    title: 'Log in',
    failedTitle: 'Not logged in',
    lead: (client) => html`to continue to ${client}`,
    name: {
      username: {
        label: 'Username',
        incorrect:
          'That username and password don’t match. Check both and try again; after several tries, wait some minutes first.',
        invalid: 'Enter your username and your password.',
      },
      email: {
        label: 'Email address',
        incorrect:
          'That email address and password don’t match. Check both and try again; after several tries, wait some minutes first.',
        invalid: 'Enter your email address and your password.',
      },
      both: {
        label: 'Username or email address',
        incorrect:
          'That name and password don’t match. Check both and try again; after several tries, wait some minutes first.',
        invalid: 'Enter your username or your email address, and your password.',
      },
    },
    password: 'Password',
    submit: 'Log in',
    cancel: 'Cancel',
    showPassword: { text: 'Show', label: 'Show password' },
    hidePassword: { text: 'Hide', label: 'Hide password' },
    capsLock: 'Caps Lock is on.',
    problems: {
      too_many: 'There have been too many attempts. Wait a few minutes, then try again.',
      busy: 'Many people are logging in right now. Wait a moment, then try again.',
      stale: 'This page was out of date. Enter your password again.',
      no_cookies: 'Your browser doesn’t keep cookies for this site. Allow them, then log in again.',
    },
  },
  consent: {
    title: 'Allow access',
    heading: (client) => html`${client} wants to access your account`,
    permissions: 'If you allow this, it can:',
    noPermissions: 'It asks for no permissions of its own.',
    resources: 'For use at',
    scopes: {
      openid: 'Know who you are.',
      profile: 'See your name and profile.',
      email: 'See your email address.',
      address: 'See your postal address.',
      phone: 'See your phone number.',
      offline_access: 'Keep this access while you are away.',
      groups: 'See the groups you are in.',
      roles: 'See your roles.',
    },
    loggedInAs: (username) => html`Logged in as ${username}`,
    switchAccount: 'Not you?',
    remember: 'Once allowed, don’t ask me again',
    allow: 'Allow',
    deny: 'Don’t allow',
    website: 'Website',
    policy: 'Privacy policy',
    terms: 'Terms of service',
  },
  accountChooser: {
    title: 'Choose an account',
    lead: (client) => html`to continue to ${client}`,
    another: 'Use another account',
  },
  logout: {
    title: 'Log out?',
    requestedBy: (client) => html`${client} asks to log you out.`,
    loggedInAs: (username) => html`You are logged in as ${username}.`,
    logout: 'Log out',
    stay: 'Stay logged in',
  },
  loggedOut: {
    title: 'You are logged out',
    lead: 'You can close this page now.',
    returnTo: (client) => html`Return to ${client}`,
    returnToApplication: 'Return to the application',
    again: 'Log in again',
  },
  stillLoggedIn: {
    title: 'You are still logged in',
    lead: (username) => html`Nothing has changed: you are logged in as ${username}. You can close this page now.`,
  },
  error: {
    kinds: {
      request: {
        title: 'This request can’t be completed',
        advice:
          'The application that sent you here asked for something that can’t be done, or the link has expired. Go back to the application and start again.',
      },
      forbidden: {
        title: 'This page is no longer valid',
        advice: 'Go back to the application and start again.',
      },
      missing: {
        title: 'Page not found',
        advice: 'There is nothing at this address. Check it, or go back to the application and start again.',
      },
      tooMany: {
        title: 'Too many attempts',
        advice: 'Wait a few minutes, then try again.',
      },
      unavailable: {
        title: 'Not available right now',
        advice: 'This should pass soon. Wait a moment, then try again.',
      },
      fault: {
        title: 'Something went wrong',
        advice: 'The fault is ours, and nothing you did. Wait a moment, then try again.',
      },
    },
    again: 'Start again',
    operator: 'If it keeps happening, tell whoever runs this service the request ID.',
    requestId: 'Request ID',
    command: 'For the operator',
    details: 'Technical details',
    more: 'More about this error',
  },
  formPost: {
    title: 'One moment',
    lead: 'You are being taken back to the application. If nothing happens, choose Continue.',
    submit: 'Continue',
  },
}
