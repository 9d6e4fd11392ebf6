/** An MCP client: its first request is rejected; it logs its user in at the issuer that the server names, and calls the tools. */
import {
  type CallToolResult,
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client'
import { prepareLogin } from './login.ts'

const { APP_PORT = '3000', MCP_URL = `http://127.0.0.1:${APP_PORT}/mcp` } = process.env

const { provider, answer } = await prepareLogin('mcp-client')
const newTransport = () => new StreamableHTTPClientTransport(new URL(MCP_URL), { authProvider: provider })
const client = new Client({ name: 'notes-client', version: '1.0.0' })

const refused = newTransport()
await client.connect(refused).catch(async (error: unknown) => {
  if (!(error instanceof UnauthorizedError)) throw error
  await refused.finishAuth(await answer)
  await client.connect(newTransport())
})
console.log('Tools:', (await client.listTools()).tools.map(({ name }) => name).join(', '))
const added = await client.callTool({ name: 'add_note', arguments: { text: 'Water the plants' } })
console.log('add_note:', textOf(added))
console.log('list_notes:', textOf(await client.callTool({ name: 'list_notes' })))
await client.close()

function textOf({ content }: CallToolResult): string {
  return content.map((part) => (part.type === 'text' ? part.text : part.type)).join('\n')
}
