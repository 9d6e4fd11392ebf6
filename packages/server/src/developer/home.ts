/** GET / under `countersign dev`: links, code to paste, and the clients. */
import { listClients } from '../clients/list-clients.ts'
import { countersign } from '../config/called-as.ts'
import type { Context } from '../context.ts'
import { demoLogins } from '../demo/users.ts'
import { isPublic } from '../domain/client.ts'
import { developerHomePage, developerHomeStyle } from '../pages/developer-home.ts'
import { stillPagePolicy } from '../pages/frame.ts'
import { html, type Reply } from '../reply.ts'

/** More registered clients than this are not on the page. */
const maxRegistered = 20

export async function developerHome(ctx: Context): Promise<Reply> {
  const { brand, basePath, issuer, algorithm, passwordGrant } = ctx.config
  const { clients, next } = await listClients(ctx, { limit: maxRegistered })
  const page = developerHomePage({
    brand,
    command: countersign,
    basePath,
    issuer,
    logins: demoLogins,
    hasPasswordGrant: passwordGrant === 'first-party',
    audience: algorithm === 'HS256' ? undefined : issuer,
    clients: clients.map(({ client }) => ({ ...client, isPublic: isPublic(client) })),
    hasMoreClients: next !== undefined,
  })
  return html(page, stillPagePolicy(brand))
}

export function developerHomeFile(): Reply {
  return { status: 200, headers: { 'content-type': 'text/css; charset=utf-8' }, body: developerHomeStyle }
}
