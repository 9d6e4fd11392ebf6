/** An MCP server. @countersign/guard checks the tokens of its requests. */
import { createGuard } from '@countersign/guard'
import { resourceMetadata } from '@countersign/guard/hono'
import { tokenVerifier } from '@countersign/guard/mcp'
import { serve } from '@hono/node-server'
import { createMcpHandler, McpServer, OAuthError, requireBearerAuth } from '@modelcontextprotocol/server'
import { Hono } from 'hono'
import { z } from 'zod'

const { ISSUER = 'http://127.0.0.1:8000', APP_URL = 'http://127.0.0.1:3000' } = process.env

const guard = createGuard({
  issuer: ISSUER,
  audience: `${APP_URL}/mcp`,
  metadata: { name: 'Notes', scopes: ['notes'] },
})

const authenticate = requireBearerAuth({
  verifier: tokenVerifier(guard, OAuthError),
  requiredScopes: ['notes'],
  resourceMetadataUrl: guard.metadata().url,
})

/** The notes of each person, by the subject of their tokens. In memory, for an example. */
const notes = new Map<unknown, readonly string[]>()

const mcp = createMcpHandler(() => {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  server.registerTool('list_notes', { description: 'Lists your notes' }, ({ http }) => {
    const own = notes.get(http?.authInfo?.extra?.['subject']) ?? []
    return { content: [{ type: 'text', text: own.join('\n') || 'You have no notes.' }] }
  })
  server.registerTool(
    'add_note',
    { description: 'Adds a note', inputSchema: z.object({ text: z.string().min(1).max(1000) }) },
    ({ text }, { http }) => {
      const subject = http?.authInfo?.extra?.['subject']
      notes.set(subject, [...(notes.get(subject) ?? []), text])
      return { content: [{ type: 'text', text: `Noted for ${subject}.` }] }
    },
  )
  return server
})

const app = new Hono()
app.use(resourceMetadata(guard))
app.all('/mcp', async ({ req }) => {
  const found = await authenticate(req.raw)
  return found instanceof Response ? found : await mcp.fetch(req.raw, { authInfo: found })
})

const { hostname, port } = new URL(APP_URL)
serve({ fetch: app.fetch, port: Number(port), hostname }, () => {
  console.log(`The MCP server is at ${APP_URL}/mcp. In another terminal: npm run client. Ctrl-C stops both.`)
})
