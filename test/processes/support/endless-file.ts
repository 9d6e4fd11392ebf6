/** Writes a new file whose bytes never end: `endless-file.ts <path>`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { writeNewFile } from '../../../packages/server/src/cli/backup/new-file.ts'

async function* bytes(): AsyncGenerator<Uint8Array> {
  for (;;) {
    yield new Uint8Array(1000)
    await sleep(10)
  }
}

await writeNewFile({ path: process.argv[2] ?? '', replaces: false, check: async () => {} }, bytes())
