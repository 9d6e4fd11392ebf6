/**
 * `npm run set-version -- 1.2.3`: gives this version to the packages and to whatever names it: the workspaces
 * that depend on them, the server's own constant, and the headings of what is unreleased in CHANGELOG.md and
 * UPGRADING.md. Then `npm install` writes it into the lock file.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const packages = ['guard', 'client', 'server', 'create-countersign'].map((name) => `packages/${name}`)
const version = /^\d+\.\d+\.\d+(-[\w.]+)?$/.exec(process.argv[2] ?? '')?.[0]
if (version === undefined) {
  process.stderr.write('Name the version, such as 1.2.3.\n')
  process.exit(1)
}

const names = packages.map((folder) => JSON.parse(read(`${folder}/package.json`)).name)
const workspaces = globSync(['packages/*', 'bench', 'examples/*'], { cwd: inRoot('.') })

for (const folder of workspaces.map((path) => path.replaceAll('\\', '/'))) {
  change(`${folder}/package.json`, (text) => JSON.stringify(withVersion(folder, JSON.parse(text)), null, 2))
}
change('packages/server/src/config/version.ts', (text) => text.replace(/(?<=version = ')[^']+/, version))
for (const page of ['CHANGELOG.md', 'UPGRADING.md']) {
  change(page, (text) => text.replace(/^## .*, unreleased$/m, `## ${version}`))
}

function withVersion(folder, manifest) {
  const changed = packages.includes(folder) ? { ...manifest, version } : { ...manifest }
  for (const kind of ['dependencies', 'devDependencies']) {
    if (changed[kind]) changed[kind] = { ...changed[kind], ...ours(changed[kind]) }
  }
  return changed
}

function ours(dependencies) {
  return Object.fromEntries(names.filter((name) => name in dependencies).map((name) => [name, version]))
}

function change(path, edit) {
  writeFileSync(inRoot(path), `${edit(read(path)).trimEnd()}\n`)
}

function read(path) {
  return readFileSync(inRoot(path), 'utf8')
}

function inRoot(path) {
  return fileURLToPath(new URL(`../${path}`, import.meta.url))
}
