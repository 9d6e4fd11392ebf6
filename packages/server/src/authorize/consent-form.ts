/** The consent page for an authorization request. */
import type { Language } from '../browser/language.ts'
import { page } from '../browser/page.ts'
import { returnTarget } from '../browser/page-subject.ts'
import type { Context } from '../context.ts'
import { mayBeImitated } from '../domain/redirect-uri.ts'
import { type Reply, seeOther } from '../reply.ts'
import type { Request } from '../request.ts'
import type { Authorization } from './authorization.ts'
import { clientHost } from './authorization-target.ts'
import { scopesToConsent } from './consent.ts'

/** Leads back when the user has logged out meanwhile. */
export async function consentForm(
  ctx: Context,
  request: Request,
  { subject, target, request: requested, session }: Authorization,
  { isRemembered, language }: { readonly isRemembered: boolean; readonly language?: Language },
): Promise<Reply> {
  const user = session && (await ctx.store.users.findById(session.userId))
  if (!user) return seeOther(returnTarget(ctx, subject))
  const { client, redirectUri } = target
  const content = {
    request: subject.query,
    sessionId: session.id,
    clientName: client.name,
    clientHost: clientHost(target),
    clientLogoUri: client.logoUri,
    clientUri: client.clientUri,
    policyUri: client.policyUri,
    tosUri: client.tosUri,
    username: user.profile.username,
    scopes: scopesToConsent(ctx, requested).map((name) => ({ name, sentence: ctx.config.scopes[name] })),
    resources: requested.resources.map(resourceName),
    isRememberable: !mayBeImitated(client, redirectUri),
    isRemembered,
  }
  const options = { path: 'consent', redirectUri, client, clientLogoUri: client.logoUri, language } as const
  return page(ctx, request, { subject, ...options }, { page: 'consent', content })
}

/** The resource server's URL without what nearly all have in common. */
function resourceName(resource: string): string {
  return resource.replace(/^(https:\/\/[^/]+)\/$/, '$1').replace(/^https:\/\//, '')
}
