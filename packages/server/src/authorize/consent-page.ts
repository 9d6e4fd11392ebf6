/** GET and POST /consent: whether the client may have what it asks for. */

import { page, readPagePost } from '../browser/page.ts'
import type { Context } from '../context.ts'
import { mayBeImitated } from '../domain/redirect-uri.ts'
import { OAuthError } from '../oauth/errors.ts'
import { consentPage } from '../pages/consent.ts'
import type { Reply } from '../reply.ts'
import type { Request } from '../request.ts'
import { step } from '../trace/trace.ts'
import { rememberConsent, scopesToConsent } from './consent.ts'
import { giveAnswer } from './interaction-results.ts'
import { backToAuthorize, readAuthorization, readShownAuthorization } from './read-authorization.ts'

export async function showConsent(ctx: Context, request: Request): Promise<Reply> {
  const { target, asked, session, clientHost } = await readShownAuthorization(ctx, request)
  const user = session && (await ctx.store.users.findById(session.userId))
  if (!user) return backToAuthorize(ctx, request.query)
  const { client, redirectUri } = target
  const { name: clientName, clientUri, policyUri, tosUri } = client
  const { query } = request
  return page(ctx, request, { query, languageReturn: `consent?${query}`, redirectUri }, (frame) =>
    consentPage(frame, {
      request: query,
      sessionId: session.id,
      clientName,
      clientHost,
      clientUri,
      policyUri,
      tosUri,
      username: user.username,
      scopes: scopesToConsent(asked).map((name) => ({ name, sentence: ctx.config.scopes[name] })),
      resources: asked.resources.map(resourceName),
      isRememberable: !mayBeImitated(client, redirectUri),
    }),
  )
}

export async function consent(ctx: Context, request: Request): Promise<Reply> {
  const { form, browser, query } = await step(request.trace, 'check_form', () => readPagePost(ctx, request))
  const { target, asked, session } = await readAuthorization(ctx, browser, query)
  // The one who was asked is not who is here any more, such as after another account was chosen in another tab.
  if (!session || session.id !== form.get('account')) return backToAuthorize(ctx, query)
  switch (form.get('decision')) {
    case 'allow':
      if (form.get('remember') === 'yes') await rememberConsent(ctx, session, target, asked)
      await giveAnswer(ctx, browser, query, session, 'consent')
      break
    case 'deny':
      await giveAnswer(ctx, browser, query, undefined, 'denied')
      break
    case 'switch':
      await giveAnswer(ctx, browser, query, session, 'another_account')
      break
    default:
      throw new OAuthError('invalid_request', 'decision must be allow, deny or switch', {
        reason: 'interaction_malformed',
        expected: 'allow, deny or switch',
      })
  }
  return backToAuthorize(ctx, query)
}

/** What tells a resource server from every other one: its URL, without what nearly all of them have. */
function resourceName(resource: string): string {
  return resource.replace(/^(https:\/\/[^/]+)\/$/, '$1').replace(/^https:\/\//, '')
}
