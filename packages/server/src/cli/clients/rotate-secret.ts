/** `countersign clients rotate-secret`. */
import { rotateClientSecret } from '../../clients/rotate-client-secret.ts'
import { print, printJson } from '../terminal/print.ts'
import { time } from '../time.ts'
import { printSecret } from './print-secret.ts'
import { explainClient, withClients } from './with-clients.ts'

export async function rotateSecret(id: string, isUrgent: boolean, isJson: boolean): Promise<void> {
  const { secret, formerSecretExpiresAt, isFormerValid } = await withClients(async (ctx) => {
    const rotated = await explainClient(ctx, id, () => rotateClientSecret(ctx, id, isUrgent ? 0 : undefined))
    return { ...rotated, isFormerValid: rotated.formerSecretExpiresAt > ctx.now() }
  })
  if (isJson) {
    printJson({ client_id: id, client_secret: secret, former_secret_expires_at: time(formerSecretExpiresAt) })
    return
  }
  const former = isFormerValid ? `works until ${time(formerSecretExpiresAt)}` : 'no longer works'
  print(`Made a new secret for ${id}. The former one ${former}.`)
  printSecret(secret)
}
