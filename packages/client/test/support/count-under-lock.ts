/** A process that adds one to a number in a file, several times: reads, and then writes, under the lock. */
import { fileStorage } from '../../src/node/file-storage.ts'

const [path = '', times = '0'] = process.argv.slice(2)
const storage = fileStorage(path)
for (let done = 0; done < Number(times); done++) {
  await storage.lock('count', async () => {
    const count = Number((await storage.get('count')) ?? 0)
    await storage.set('count', String(count + 1))
  })
}
