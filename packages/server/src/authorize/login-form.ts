/** The login page for an authorization request. */
import type { Language } from '../browser/language.ts'
import { type LoginProblem, page } from '../browser/page.ts'
import type { Context } from '../context.ts'
import type { Reply } from '../reply.ts'
import type { Request } from '../request.ts'
import type { Authorization } from './authorization.ts'
import { clientHost } from './authorization-target.ts'

/** What the page shows besides the client. */
interface LoginFormContent {
  readonly username: string
  readonly problem?: LoginProblem
  /** @default false */
  readonly isCookieSent?: boolean
  readonly language?: Language
}

export function loginForm(
  ctx: Context,
  request: Request,
  { subject, target }: Authorization,
  { username, problem, isCookieSent = false, language }: LoginFormContent,
): Reply {
  const { client, redirectUri } = target
  const content = {
    request: subject.query,
    clientName: client.name,
    clientHost: clientHost(target),
    clientLogoUri: client.logoUri,
    names: ctx.loginWith.length > 1 ? ('both' as const) : (ctx.loginWith[0] ?? 'username'),
    username,
    problem,
    cookieSentAt: isCookieSent ? Math.floor(ctx.now()) : undefined,
  }
  const options = { path: 'login', redirectUri, client, clientLogoUri: client.logoUri, language } as const
  return page(ctx, request, { subject, ...options }, { page: 'login', content })
}
