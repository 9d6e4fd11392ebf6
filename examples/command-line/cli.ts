/** A program that logs its user in once, and then calls an API with a token that renews itself. */
import { ClientError, createClient } from '@countersign/client'
import { defaultTokenFile, fileStorage, logIn } from '@countersign/client/node'

const issuer = process.env['ISSUER'] ?? 'http://127.0.0.1:8000'
const client = createClient({
  issuer,
  clientId: 'items-cli',
  // offline_access: the login outlasts that of the browser.
  scope: 'openid profile offline_access me items',
  storage: fileStorage(defaultTokenFile('items-cli', issuer, 'items-cli')),
})

try {
  if (process.argv.includes('logout')) {
    await client.revoke()
    console.log('Logged out.')
  } else await showItems()
} catch (error) {
  if (!(error instanceof ClientError)) throw error
  console.error(`Not done: ${error.message}`)
  process.exitCode = 1
}

async function showItems(): Promise<void> {
  const user = await askApi<{ full_name: string }>('/users/me')
  const items = await askApi<{ item_id: number }[]>('/users/me/items')
  console.log(`Hello, ${user.full_name}. Your items: ${items.map((item) => item.item_id).join(', ')}.`)
}

/** Calls the API with the token of the last login, and logs in again when that one has ended. */
async function askApi<Answer>(path: string): Promise<Answer> {
  const response = await client.fetch(issuer + path).catch(async (error: unknown) => {
    if (!(error instanceof ClientError && error.code === 'login_required')) throw error
    await logIn(client)
    return await client.fetch(issuer + path)
  })
  // The API is known to respond with this.
  return (await response.json()) as Answer
}
