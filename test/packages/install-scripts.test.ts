/**
 * An installation of the packages runs no code: none of their dependencies has an install script
 * (docs/decisions/0031-swagger-ui-without-telemetry.md).
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

/** An entry of `packages` in package-lock.json. */
interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly hasInstallScript?: boolean
  /** The path of the package, when this entry is a link to a workspace. */
  readonly resolved?: string
  readonly link?: boolean
}

const lock: { readonly packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
  readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
)

for (const folder of ['packages/guard', 'packages/client', 'packages/server', 'packages/create-countersign']) {
  test(`no run-time dependency of ${folder} has an install script`, () => {
    const installed = [...runtimeTree(folder)]
    assert.deepEqual(
      installed.filter((path) => lock.packages[path]?.hasInstallScript || path.endsWith('/@scarf/scarf')),
      [],
    )
  })
}

test('the walk finds direct, indirect and optional dependencies', () => {
  const installed = runtimeTree('packages/server')
  for (const name of ['hono', 'sonic-boom', 'pg-types', '@node-rs/argon2-linux-x64-gnu']) {
    assert.ok(installed.has(`node_modules/${name}`), name)
  }
  assert.ok(installed.has('packages/guard'))
})

/** The packages that an installation of `folder` adds, as paths in package-lock.json. */
function runtimeTree(folder: string): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (path: string): void => {
    if (found.has(path)) return
    found.add(path)
    const { dependencies, optionalDependencies, peerDependencies } = lock.packages[path] ?? {}
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const target = resolve(path, name)
      if (target !== undefined) visit(target)
      // An optional peer may be absent. A dependency is always in the lock file.
      else if (dependencies && name in dependencies)
        throw new Error(`${path} needs ${name}, which is not in the lock file`)
    }
  }
  visit(folder)
  return found
}

/** Where Node finds `name` from `path`: in the nearest node_modules above it. */
function resolve(path: string, name: string): string | undefined {
  const parts = path.split('/')
  for (let depth = parts.length; depth >= 0; depth--) {
    const candidate = [...parts.slice(0, depth), 'node_modules', name].join('/')
    const entry = lock.packages[candidate]
    if (entry) return entry.link ? entry.resolved : candidate
  }
  return undefined
}
