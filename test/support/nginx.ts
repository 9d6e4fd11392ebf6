/**
 * nginx before several servers, as the guides configure it: each request goes to the next server, and a POST that was sent is never repeated. Other
 * than there, it goes on trying a server that has refused a connection, so that it meets each moment of a stop and a start.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endProgram, findProgram, isListening, startProgram } from '../../packages/server/test/support/programs.ts'
import type { Scope } from '../../packages/server/test/support/scope.ts'
import { temporaryFolder } from './process.ts'

export const howToGetNginx =
  'nginx is missing. Install it (Debian: apt-get install nginx-light; macOS: brew install nginx).'

export interface Balancing {
  readonly port: number
  readonly upstreams: readonly number[]
  /** Whether it keeps its connections to the servers open. */
  readonly keepsConnections: boolean
}

/** Whether there is an nginx: `howToGetNginx`. It ends with `scope`. */
export async function startNginx(scope: Scope, balancing: Balancing): Promise<boolean> {
  return await startNginxWith(scope, balancing.port, configuration(balancing))
}

/** The same with what stands in the `http` block. It listens on `port`. */
export async function startNginxWith(scope: Scope, port: number, http: string): Promise<boolean> {
  const program = findProgram('nginx')
  if (program === undefined) return false
  const folder = temporaryFolder(scope)
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, whole(folder, http))
  const child = await startProgram(program, ['-c', file, '-e', 'stderr'], () =>
    isListening({ port, host: '127.0.0.1' }),
  )
  scope.after(() => endProgram(child))
  return true
}

function whole(folder: string, http: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
events {}
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
${http}
}
`
}

function configuration({ port, upstreams, keepsConnections }: Balancing): string {
  return `
  upstream countersign {
    ${upstreams.map((upstream) => `server 127.0.0.1:${upstream} max_fails=0;`).join('\n    ')}
    ${keepsConnections ? 'keepalive 64;' : ''}
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://countersign;
      proxy_http_version 1.1;
      proxy_set_header Connection ${keepsConnections ? "''" : 'close'};
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }`
}
