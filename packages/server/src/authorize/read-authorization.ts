/** The authorization request that a page is about: it travels with the page and is read anew at each step, so nothing forged passes. */
import { type Browser, findBrowser } from '../browser/browser.ts'
import type { Context } from '../context.ts'
import { type Situation, sessionFor } from '../domain/next-step.ts'
import type { Session } from '../domain/session.ts'
import { readParameters } from '../oauth/form.ts'
import { type Reply, seeOther } from '../reply.ts'
import type { Request } from '../request.ts'
import { type AuthorizationRequest, readAuthorizationRequest } from './authorization-request.ts'
import { type AuthorizationTarget, readAuthorizationTarget } from './authorization-target.ts'
import { readSituation } from './interaction-results.ts'

export interface Authorization {
  readonly target: AuthorizationTarget
  readonly asked: AuthorizationRequest
  readonly situation: Situation
  /** The session that the request is about. */
  readonly session: Session | undefined
  /** What stands in the address that the answer goes to: a host, or the scheme of an app. */
  readonly clientHost: string
  readonly loginHint: string | undefined
}

/** @throws OAuthError for the person to see */
export async function readAuthorization(
  ctx: Context,
  browser: Browser | undefined,
  query: string,
): Promise<Authorization> {
  const parameters = readParameters(query)
  const target = await readAuthorizationTarget(ctx, parameters)
  const asked = readAuthorizationRequest(ctx.config, target.client, parameters)
  const situation = await readSituation(ctx, browser, query, target, asked)
  return {
    target,
    asked,
    situation,
    session: sessionFor(situation),
    clientHost: hostOf(target.redirectUri),
    loginHint: parameters.get('login_hint'),
  }
}

/** The same for a page that is asked for: its own query is the authorization request. */
export function readShownAuthorization(ctx: Context, request: Request): Promise<Authorization> {
  return readAuthorization(ctx, findBrowser(ctx, request), request.query)
}

/** Where the answer of a page leads: `/authorize` decides what comes next. */
export function backToAuthorize(ctx: Context, query: string): Reply {
  return seeOther(`${ctx.config.basePath}/authorize?${query}`)
}

function hostOf(redirectUri: string): string {
  const { host, protocol } = new URL(redirectUri)
  return host === '' ? protocol.slice(0, -1) : host
}
