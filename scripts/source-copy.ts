/** A copy of the repository that runs by itself: with its own packages, and with the dependencies of this one. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Copies the sources as they are now, with all that tests read, into the folder `copy`. */
export function copySources(copy: string): void {
  const isCopied = (path: string) => !/[\\/](node_modules|dist|build)$/.test(path)
  for (const entry of ['packages', 'scripts', 'test', 'docs', 'examples', 'bench', 'package.json', 'README.md']) {
    cpSync(join(root, entry), join(copy, entry), { recursive: true, filter: isCopied })
  }
  linkDependencies(copy)
}

/** Writes the sources of a commit into the folder `copy`. @throws when git does not know it */
export function copyCommit(commit: string, copy: string): void {
  const archive = execFileSync('git', ['archive', '--format=tar', commit], { cwd: root, maxBuffer: 2 ** 30 })
  const file = join(copy, 'sources.tar')
  writeFileSync(file, archive)
  execFileSync('tar', ['-xf', file, '-C', copy])
  linkDependencies(copy)
}

function linkDependencies(copy: string): void {
  linkModules('node_modules', new Set(['@countersign', 'countersign']))
  linkModules('packages/server/node_modules', new Set())
  mkdirSync(join(copy, 'node_modules', '@countersign'))
  for (const name of ['guard', 'client']) link(join(copy, 'packages', name), `node_modules/@countersign/${name}`)
  link(join(copy, 'packages', 'server'), 'node_modules/countersign')

  function linkModules(folder: string, ours: ReadonlySet<string>): void {
    mkdirSync(join(copy, folder), { recursive: true })
    for (const entry of readdirSync(join(root, folder))) {
      if (!ours.has(entry)) link(join(root, folder, entry), join(folder, entry))
    }
  }

  function link(target: string, path: string): void {
    symlinkSync(target, join(copy, path), 'junction')
  }
}
