import { requireLogin } from '@countersign/client/next'
import { origin } from '../../lib/settings.ts'
import { web } from '../../lib/web.ts'

export const GET = requireLogin(web, async (_request, session) => {
  const response = await session.fetch(`${origin}/api/notes`)
  return Response.json(await response.json())
})
