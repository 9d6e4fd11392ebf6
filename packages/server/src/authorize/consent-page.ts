/** GET and POST /consent: whether the client may have what it requests (OIDC Core §3.1.2.4). */
import { findBrowser } from '../browser/browser.ts'
import { goOn, readPagePost } from '../browser/page-post.ts'
import { returnTarget } from '../browser/page-subject.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../oauth/errors.ts'
import { type Reply, seeOther } from '../reply.ts'
import type { Request } from '../request.ts'
import { consentForm } from './consent-form.ts'
import { recordResult } from './interaction-results.ts'
import { readPageAuthorization } from './read-authorization.ts'

export async function showConsent(ctx: Context, request: Request): Promise<Reply> {
  const authorization = await readPageAuthorization(ctx, request.trace, findBrowser(ctx, request), request.query)
  return await consentForm(ctx, request, authorization, { isRemembered: false })
}

export async function consent(ctx: Context, request: Request): Promise<Reply> {
  const post = await readPagePost(ctx, request)
  const { form, query } = post
  const { subject, session } = await readPageAuthorization(ctx, request.trace, post.browser, query)
  if (post.isStale) return goOn(ctx, post, subject)
  const { browser } = post
  // Another user than the one who was asked, for example after another account was chosen in another tab.
  if (!session || session.id !== form.get('account')) return seeOther(returnTarget(ctx, subject))
  switch (form.get('decision')) {
    case 'allow':
      if (form.get('remember') === 'yes') await recordResult(ctx, browser, query, session, 'remember')
      await recordResult(ctx, browser, query, session, 'consent')
      break
    case 'deny':
      await recordResult(ctx, browser, query, undefined, 'denied')
      break
    case 'switch':
      await recordResult(ctx, browser, query, session, 'another_account')
      break
    default:
      throw new OAuthError('invalid_request', 'decision must be allow, deny or switch', {
        reason: 'interaction_malformed',
        expected: 'allow, deny or switch',
      })
  }
  return seeOther(returnTarget(ctx, subject))
}
