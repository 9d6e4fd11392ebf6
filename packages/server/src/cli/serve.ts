/** `countersign serve`: for production, in one process or in several. Only the processes that serve load the server. */
import type { Command } from '@commander-js/extra-typings'
import { readProcessSettings } from './config.ts'
import { withExamples } from './help.ts'
import { readWorkerCount } from './workers/count.ts'

export function defineServe(command: Command): void {
  const defined = command
    .description(
      'Serves for production, with log lines as JSON on standard output. Does not start with unsafe settings, or with a database that is not migrated.',
    )
    .option(
      '--workers <count>',
      'processes that serve at the port, and read the settings again at SIGUSR2; auto: as many as there are cores (default: one process, which does not)',
    )
    .action(({ workers }) => serve(workers))
  withExamples(defined, [
    'countersign serve --workers 4',
    'ISSUER=https://login.example.com HOST=0.0.0.0 countersign serve',
  ])
}

async function serve(workers: string | undefined): Promise<void> {
  const settings = readProcessSettings({ logLevel: 'info' })
  const count = readWorkerCount(workers, settings.workers)
  if (count === undefined) return await (await import('./serve-alone.ts')).serveAlone()
  const readOwn = () => {
    const changed = readProcessSettings({ logLevel: 'info' })
    return { ...changed, count: readWorkerCount(workers, changed.workers) }
  }
  await (await import('./workers/primary.ts')).serveWithWorkers({ ...settings, count }, readOwn)
}
