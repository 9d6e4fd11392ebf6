/** How this program is called: what a message tells its user to type. */
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Such as `npx countersign`, for a module of this package at `file`, in a process that was started in `folder`. */
export function calledAs(file: string, folder: string): string {
  // A clone runs its sources, and has no command.
  if (file.endsWith('.ts')) return 'npm run -s countersign --'
  const modules = `${sep}node_modules${sep}`
  const project = file.slice(0, file.lastIndexOf(modules))
  const isDependency = file.includes(modules) && `${folder}${sep}`.startsWith(`${project}${sep}`)
  // What npx has installed only for itself is in its cache.
  return isDependency || file.includes(`${sep}_npx${sep}`) ? 'npx countersign' : 'countersign'
}

/** In this process. */
export const countersign: string = calledAs(fileURLToPath(import.meta.url), process.cwd())
