/**
 * Starts an example as `npm start` in its folder does: Countersign (`countersign dev`) with the countersign.config.ts of the
 * folder, and then the example. PORT is Countersign's and APP_PORT the example's; 0 is any free one.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const [app = 'app.ts', ...args] = process.argv.slice(2)
const countersign = fileURLToPath(new URL('../packages/server/src/cli/main.ts', import.meta.url))
const fastStart = new URL('../scripts/fast-start.mjs', import.meta.url).href

const appUrl = `http://127.0.0.1:${await freePort(readPort(process.env['APP_PORT'] || '3000'))}`
const environment = { DATA_DIR: 'data', ...process.env, APP_URL: appUrl }

// Countersign's packages are run from their sources.
const flags = ['--import', fastStart, '--conditions=source']

const server = spawn(process.execPath, [...flags, countersign, 'dev'], {
  env: environment,
  stdio: ['ignore', 'pipe', 'inherit'],
})
const serverEnd = once(server, 'exit')
const issuer = await Promise.race([announcedUrl(server), serverEnd])
// What went wrong was told by the server itself.
if (typeof issuer !== 'string') process.exit(1)
console.log(`Countersign is ready at ${issuer} (tim / tim1234, alice / secret).`)

const example = spawn(process.execPath, [...flags, app, ...args], {
  env: { ...environment, ISSUER: issuer },
  stdio: 'inherit',
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => example.kill(signal))
const [code] = await once(example, 'exit')
server.kill()
await serverEnd
process.exitCode = code ?? 0

/** The address that `countersign dev` prints once it can be reached. */
function announcedUrl({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    stdout?.on('data', (chunk) => {
      text += chunk
      const url = /ready at (http\S+)/.exec(text)?.[1]
      if (url) resolve(url)
    })
  })
}

function readPort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  console.error('APP_PORT must be a number from 0 to 65535, such as 3000')
  process.exit(1)
}

/** The port itself, or for 0 one that nothing listens on now: the client is registered with it. */
function freePort(port: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => {
      console.error(
        `Port ${port} is taken. Stop the program that holds it, or choose another one: APP_PORT=${port + 1} npm start`,
      )
      process.exit(1)
    })
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })
}
