/** `countersign directories check`. */
import { checkDirectory, maxCompared } from '../../users/directories/check-directory.ts'
import type { Finding } from '../../users/directories/directory.ts'
import { DirectoryUnavailable } from '../../users/directories/open-directory.ts'
import { causeOf, type LookupStep } from '../../users/directories/trace-user.ts'
import { createProgressBar } from '../terminal/progress.ts'
import { printFindings } from './print-findings.ts'
import { chosen, withDirectories } from './with-directories.ts'

export function check(name: string | undefined, isJson: boolean): Promise<void> {
  return withDirectories(async (store, directories) => {
    const findings: LookupStep[] = []
    for (const directory of chosen(directories, name)) {
      const place = directory.declaration.name
      const bar = createProgressBar()
      const unit = `of at most ${maxCompared} users`
      const onProgress = (done: number) =>
        bar.show({ task: `Checking ${place}`, fraction: done / maxCompared, done, unit })
      const found = await checkDirectory({ store }, directories, directory, onProgress)
        .catch(unreachable)
        .finally(bar.end)
      findings.push(...found.map((finding) => ({ place, ...finding })))
    }
    await printFindings(findings, isJson)
  })
}

function unreachable(error: unknown): readonly Finding[] {
  const cause = error instanceof DirectoryUnavailable ? causeOf(error) : error instanceof Error ? error.message : ''
  return [{ isProblem: true, message: `does not respond: ${cause}` }]
}
