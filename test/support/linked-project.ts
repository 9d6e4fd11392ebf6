/** A project outside of this repository with the packed packages, and links to this repository's own dependencies: nothing is downloaded. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type PackageFolder, type Packed, packageFolders } from './packages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Makes an empty project that can import the packages and whatever this repository depends on. */
export function linkProject(project: string, packed: Readonly<Record<PackageFolder, Packed>>): void {
  const modules = join(project, 'node_modules')
  mkdirSync(join(modules, '@countersign'), { recursive: true })
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  linkAll(join(root, 'node_modules'), modules)
  for (const folder of packageFolders) {
    const installed = join(modules, packed[folder].name)
    extract(packed[folder].tarball, installed)
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

/** Windows has tar, too. It takes a path with a drive letter for a host, so the tarball is named by its name alone. */
function extract(tarball: string, folder: string): void {
  mkdirSync(folder, { recursive: true })
  const args = ['-xzf', basename(tarball), '--strip-components=1', '-C', folder]
  const { status, stderr } = spawnSync('tar', args, { cwd: dirname(tarball), encoding: 'utf8' })
  assert.equal(status, 0, stderr)
}
