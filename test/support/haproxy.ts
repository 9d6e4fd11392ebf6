/** haproxy before a server, as a proxy of HTTP. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endProgram, findProgram, isListening, startProgram } from '../../packages/server/test/support/programs.ts'
import type { Scope } from '../../packages/server/test/support/scope.ts'
import type { Balancing } from './nginx.ts'
import { temporaryFolder } from './process.ts'

export const howToGetHaproxy =
  'haproxy is missing. Install it (Debian: apt-get install haproxy; macOS: brew install haproxy).'

/** Whether there is a haproxy: `howToGetHaproxy`. It ends with `scope`. */
export async function startHaproxy(scope: Scope, balancing: Balancing): Promise<boolean> {
  const program = findProgram('haproxy')
  if (program === undefined) return false
  const file = join(temporaryFolder(scope), 'haproxy.cfg')
  writeFileSync(file, configuration(balancing))
  const child = await startProgram(program, ['-db', '-f', file], () =>
    isListening({ port: balancing.port, host: '127.0.0.1' }),
  )
  scope.after(() => endProgram(child))
  return true
}

function configuration({ port, upstreams, keepsConnections }: Balancing): string {
  return `
global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option forwardfor
  ${keepsConnections ? 'http-reuse always' : 'option http-server-close'}
frontend clients
  bind 127.0.0.1:${port}
  default_backend countersign
backend countersign
  ${upstreams.map((upstream, at) => `server server${at} 127.0.0.1:${upstream}`).join('\n  ')}
`
}
