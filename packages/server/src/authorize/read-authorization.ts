/**
 * Reads an authorization request with all that decides its next step: the one way to do so, for the endpoint and for its pages.
 * Two phases, since an error may be sent to the redirect URI only after that is proven (RFC 6749 §4.1.2.1).
 */
import type { Browser } from '../browser/browser.ts'
import type { Context } from '../context.ts'
import { sessionFor } from '../domain/next-step.ts'
import { readParameters } from '../oauth/form.ts'
import { describeReceived } from '../trace/difference.ts'
import { step, type Trace } from '../trace/trace.ts'
import type { Authorization, OpenedAuthorization } from './authorization.ts'
import { readAuthorizationRequest } from './authorization-request.ts'
import { readState } from './authorization-state.ts'
import { readAuthorizationTarget } from './authorization-target.ts'

/** The first phase. @throws OAuthError that is shown to the user and sent nowhere */
export async function openAuthorization(ctx: Context, trace: Trace, query: string): Promise<OpenedAuthorization> {
  const parameters = await step(trace, 'read_request', () => readParameters(query))
  const target = await step(
    trace,
    'check_redirect_uri',
    () => readAuthorizationTarget(ctx, parameters),
    ({ client }) => ({ client_id: client.id }),
  )
  return { subject: { kind: 'authorize', query }, target, parameters }
}

/** The second phase. @throws OAuthError with a code of RFC 6749 §4.1.2.1 or OIDC Core §3.1.2.6 */
export async function readAuthorization(
  ctx: Context,
  trace: Trace,
  browser: Browser | undefined,
  { subject, target, parameters }: OpenedAuthorization,
): Promise<Authorization> {
  const request = await step(
    trace,
    'check_request',
    () => readAuthorizationRequest(ctx.config, target.client, parameters),
    ({ scopes, ignoredScopes }) => ({
      scope: scopes.join(' '),
      ...(ignoredScopes.length > 0 && { ignored_scope: describeReceived(ignoredScopes.join(' ')) }),
    }),
  )
  const state = await readState(ctx, browser, subject, target, request)
  return {
    subject,
    target,
    request,
    state,
    browser,
    session: sessionFor(state),
    loginHint: parameters.get('login_hint'),
  }
}

/** Both phases for a page, which shows every error to the user. @throws OAuthError */
export async function readPageAuthorization(
  ctx: Context,
  trace: Trace,
  browser: Browser | undefined,
  query: string,
): Promise<Authorization> {
  return await readAuthorization(ctx, trace, browser, await openAuthorization(ctx, trace, query))
}
