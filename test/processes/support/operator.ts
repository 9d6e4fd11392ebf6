/** A program of an operator with the server inside it: does what each message says, and sends one when it is done. For a test that kills it. */
import { createCountersign } from 'countersign'
import config from './killed.config.ts'

export type Operation =
  | { readonly kind: 'password'; readonly id: string; readonly password: string }
  | { readonly kind: 'rotate' }

/** `refused`: nothing was changed. */
export type Outcome = 'ready' | 'done' | 'refused'

const { SECRET_KEY: secretKey = '', DATABASE_URL: databaseUrl = '', ISSUER: issuer = '' } = process.env
const { users, keys } = await createCountersign({ ...config, secretKey, databaseUrl, issuer })

async function perform(operation: Operation): Promise<Outcome> {
  if (operation.kind === 'password') {
    await users.setPassword(operation.id, operation.password)
    return 'done'
  }
  const rotations = await keys.rotate({ algorithms: ['ES256'], isUrgent: true })
  return rotations.every(({ outcome }) => outcome === 'rotated') ? 'done' : 'refused'
}

const send = (outcome: Outcome) => process.send?.(outcome)
process.on('message', async (operation: Operation) => send(await perform(operation)))
send('ready')
