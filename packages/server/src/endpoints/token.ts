/** POST /token (RFC 6749 §3.2): what all grant types share. `grants/` has one file for each of them. */
import type { Context } from '../context.ts'
import { mayUseGrant } from '../domain/client.ts'
import type { GrantHandler } from '../grants/grant-handler.ts'
import { grantsOf } from '../grants/index.ts'
import { authenticateClient } from '../oauth/authenticate-client.ts'
import { OAuthError } from '../oauth/errors.ts'
import { type Form, readForm } from '../oauth/form.ts'
import { readResources } from '../oauth/resource.ts'
import { withSecretBudget } from '../oauth/secret-budget.ts'
import { json, type Reply } from '../reply.ts'
import type { Request } from '../request.ts'
import { step } from '../trace/trace.ts'

export async function token(ctx: Context, request: Request): Promise<Reply> {
  const form = await step(request.trace, 'read_form', () => readForm(request))
  const grant = await step(request.trace, 'choose_grant', () => requireGrant(ctx, form))
  return grant.isLogin
    ? await ctx.logins.admit(() => grantToken(ctx, request, form, grant))
    : await grantToken(ctx, request, form, grant)
}

async function grantToken(ctx: Context, request: Request, form: Form, grant: GrantHandler): Promise<Reply> {
  const client = await authenticateClient(ctx, request, form)
  if (!mayUseGrant(client, grant.type)) {
    throw new OAuthError('unauthorized_client', 'the client may not use this grant_type', {
      reason: 'grant_not_allowed',
    })
  }
  // RFC 8707 §2.2: no grant type gets a token for an unknown resource.
  const resources = readResources(ctx.config, form)
  const exchange = () => grant.exchange(ctx, client, form, request, resources)
  const tokens = await withSecretBudget(ctx, request, client.id, exchange)
  ctx.metrics?.countToken('access')
  if (tokens.refresh_token !== undefined) ctx.metrics?.countToken('refresh')
  if (tokens.id_token !== undefined) ctx.metrics?.countToken('id')
  const reply = json(tokens)
  // RFC 6749 §5.1: a response with tokens MUST have Pragma, and Cache-Control, which the route adds.
  return { ...reply, headers: { ...reply.headers, pragma: 'no-cache' } }
}

/** The tutorial's clients omit grant_type or send it empty: they mean the password grant, if it is allowed. */
function requireGrant(ctx: Context, form: Form): GrantHandler {
  const grants = grantsOf(ctx.config)
  const type = form.get('grant_type') ?? (grants.has('password') ? 'password' : form.require('grant_type'))
  const grant = grants.get(type)
  if (grant) return grant
  throw new OAuthError('unsupported_grant_type', 'grant_type is not supported', {
    reason: 'grant_type_unsupported',
    expected: [...grants.keys()].join(' or '),
  })
}
