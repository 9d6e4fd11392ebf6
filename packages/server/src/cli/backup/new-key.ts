/** `countersign backup new-key`. */
import { createIdentity } from '../../backup/encryption.ts'
import { systemClock } from '../../environment.ts'
import { print } from '../terminal/print.ts'
import { time } from '../time.ts'
import { writeNewFile } from './new-file.ts'

export async function newKey(path: string): Promise<void> {
  const { identity, recipient } = await createIdentity()
  const text = `# created: ${time(systemClock())}\n# public key: ${recipient}\n${identity}\n`
  await writeNewFile({ path, replaces: false, check: async () => {} }, oneChunk(text))
  print(`Wrote the secret key to ${path}. Keep it where the server is not: only a restore needs it.`)
  print(`Encrypt backups with: --recipient ${recipient}`)
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text)
}
