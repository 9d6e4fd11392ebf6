/** A project outside of this repository with the packed packages, and links to this repository's own dependencies: nothing is downloaded. */
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type PackageFolder, type Packed, packageFolders, unpack } from './packages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Makes a project, or completes one that has a package.json, so that it can import the packages and whatever this repository depends on. */
export function linkProject(project: string, packed: Readonly<Record<PackageFolder, Packed>>): void {
  const modules = join(project, 'node_modules')
  const manifest = join(project, 'package.json')
  mkdirSync(join(modules, '@countersign'), { recursive: true })
  if (!existsSync(manifest)) writeFileSync(manifest, JSON.stringify({ private: true, type: 'module' }))
  linkAll(join(root, 'node_modules'), modules)
  for (const folder of packageFolders) {
    const installed = join(modules, packed[folder].name)
    unpack(packed[folder], installed)
    // Dependencies that npm has put into the workspace, because another workspace needs another version.
    const own = join(root, 'packages', folder, 'node_modules')
    if (existsSync(own)) linkAll(own, join(installed, 'node_modules'))
  }
}

function linkAll(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const name of readdirSync(from)) {
    const isOurs = name === 'countersign' || name === '@countersign'
    if (!isOurs && !name.startsWith('.')) symlinkSync(join(from, name), join(to, name), 'junction')
  }
}
