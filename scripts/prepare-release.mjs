/**
 * `npm run prepare-release -- v1.2.3`: checks that everything names this version, and writes into each package.json where its source is.
 * The address of the repository has one place: `repository.url` in the root package.json.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const packages = ['guard', 'client', 'server', 'create-countersign']
// Not a pre-release: npm gives what is published to everybody who names no version.
const version = /^v(\d+\.\d+\.\d+)$/.exec(process.argv[2] ?? '')?.[1]
if (version === undefined) fail(['Name the tag of the release, such as v1.2.3. Pre-releases are not published.'])
const { url } = readJson('package.json').repository

const problems = [
  ...(/^git\+https:\/\/.+\.git$/.test(url)
    ? []
    : ['Set repository.url in the root package.json, such as git+https://github.com/<owner>/<name>.git.']),
  ...packages.flatMap((name) => versionProblems(`packages/${name}/package.json`)),
  ...(readText('packages/server/src/config/version.ts').includes(`'${version}'`)
    ? []
    : [`packages/server/src/config/version.ts does not have the version ${version}.`]),
  ...['CHANGELOG.md', 'UPGRADING.md']
    .filter((page) => !readText(page).includes(`\n## ${version}\n`))
    .map((page) => `${page} has no heading "## ${version}".`),
]
if (problems.length > 0) fail(problems)
for (const name of packages) nameRepository(`packages/${name}`)

function versionProblems(path) {
  const { version: own, dependencies = {} } = readJson(path)
  const guard = dependencies['@countersign/guard'] ?? version
  return [
    ...(own === version ? [] : [`${path} has the version ${own}, not ${version}.`]),
    ...(guard === version ? [] : [`${path} depends on @countersign/guard ${guard}, not ${version}.`]),
  ]
}

/** npm shows it beside the package, resolves relative links of the README with it, and compares it with the provenance. */
function nameRepository(directory) {
  const path = `${directory}/package.json`
  const manifest = { ...readJson(path), repository: { type: 'git', url, directory } }
  writeFileSync(inRoot(path), `${JSON.stringify(manifest, null, 2)}\n`)
}

function fail(messages) {
  process.stderr.write(`${messages.join('\n')}\n`)
  process.exit(1)
}

function readJson(path) {
  return JSON.parse(readText(path))
}

function readText(path) {
  return readFileSync(inRoot(path), 'utf8')
}

function inRoot(path) {
  return fileURLToPath(new URL(`../${path}`, import.meta.url))
}
