/** What everybody can open. */
import { countersign } from '../../config/called-as.ts'
import { type Finding, notesOf } from './finding.ts'
import type { ProbeResponse } from './probe.ts'

const notes = notesOf('public')

export interface PublicPage {
  readonly path: string
  readonly response: ProbeResponse
}

/** What `dev` adds, and what a deployment may have by mistake. */
export const publicPaths: readonly string[] = [
  '/demo',
  '/_trace',
  '/users/me/items',
  '/metrics',
  '/docs',
  '/openapi.json',
]

export function checkPublicPages(pages: readonly PublicPage[]): readonly Finding[] {
  const open = pages.filter(({ response }) => response.status === 200)
  const has = (path: string) => open.some((page) => page.path === path)
  const isDemo = has('/demo') || has('/_trace') || pages.some(isItems)
  const metrics = open.find((page) => /countersign_|nodejs_/.test(page.response.body))
  const documented = ['/docs', '/openapi.json'].filter(has)
  return [
    ...(isDemo
      ? [
          notes.problem(
            'The demo is public: users whose passwords everybody knows, and each request at /_trace.',
            `Start ${countersign} serve instead of dev, remove the option demo, and use a database that dev never used.`,
          ),
        ]
      : [notes.ok('No demo, and no live trace.')]),
    ...(metrics
      ? [
          notes.warning(
            `Everybody can read the metrics at ${metrics.path}.`,
            'Use METRICS_PORT, or block the path at the proxy.',
          ),
        ]
      : []),
    ...(documented.length > 0
      ? [notes.ok(`${documented.join(' and ')} are public. They show no secret; a proxy may block them.`)]
      : []),
  ]
}

/** Without a token it is 401 where it exists. */
function isItems({ path, response }: PublicPage): boolean {
  return path === '/users/me/items' && response.status === 401
}
