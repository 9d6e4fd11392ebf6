/** The TypeScript in the packages' READMEs, in the guides and on the home page of `dev` compiles, as CONTRIBUTING.md requires. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { codeBlocks } from '../../packages/server/src/pages/developer-code.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Inside the repository, so that packages are found, in a cache folder. */
const folder = join(root, 'node_modules/.cache/countersign/documentation')
const pages = globSync(['README.md', 'packages/*/README.md', 'docs/guides/**/*.md'], { cwd: root }).sort()
/** Their samples are files of a project that import each other. The tests of these guides compile and run them. */
const projects = ['docs/guides/embed.md', 'docs/guides/other-libraries.md', 'docs/guides/testing.md']

const configuration = {
  extends: join(root, 'tsconfig.json'),
  compilerOptions: {
    lib: ['es2024', 'dom'],
    moduleDetection: 'force',
    // The settings of most readers: `process.env.PORT` is allowed, and so are unused names.
    noPropertyAccessFromIndexSignature: false,
    noUncheckedIndexedAccess: false,
    exactOptionalPropertyTypes: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
  },
  include: ['*.mts'],
}

/** One block as a module: after the declarations of the comment above it, with the line numbers of the page. */
function modulesOf(page: string, text: string): readonly { readonly name: string; readonly code: string }[] {
  const blocks = [...text.matchAll(/(?:<!-- compiled with\n([\s\S]*?)-->\n+)?```ts\n([\s\S]*?)^```$/gm)]
  return blocks.map(({ 0: whole, 1: declarations = '', 2: code = '', index }) => {
    const line = text.slice(0, index + whole.indexOf('```ts\n')).split('\n').length
    const before = declarations.replaceAll('\n', '; ')
    return { name: `${page.replaceAll('/', '_')}_${line}.mts`, code: `${before}${'\n'.repeat(line)}${code}` }
  })
}

/** The blocks on the home page of `countersign dev`. */
function codeOfHomePage(): readonly { readonly name: string; readonly code: string }[] {
  const issuer = 'http://127.0.0.1:8000'
  return codeBlocks({ command: 'npx countersign', issuer, audience: issuer, logins: [], hasPasswordGrant: false })
    .filter(({ language }) => language === 'ts')
    .map(({ code }, index) => ({ name: `home_${index}.mts`, code }))
}

test('every block of TypeScript compiles', () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const modules = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    const found = modulesOf(page, text)
    // Also blocks that are indented, or that begin in another way.
    const blocks = text.match(/^[\s>]*(```|~~~)\s*(ts|tsx|typescript)\b/gim) ?? []
    assert.equal(found.length, blocks.length, `${page}: each block of TypeScript begins with \`\`\`ts at the margin`)
    const alone = found.filter(({ code }) => !/^import .* from '\.\.?\//m.test(code))
    assert.equal(alone.length < found.length, projects.includes(page), `${page}: samples that import each other`)
    return alone
  })
  const shown = codeOfHomePage()
  assert.ok(modules.length > 10 && shown.length > 1)
  for (const { name, code } of [...modules, ...shown]) writeFileSync(join(folder, name), code)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { cwd: folder, encoding: 'utf8' })
  assert.equal(status, 0, stdout)
})

test('no sample takes an empty text for a variable that is missing', () => {
  for (const page of pages) {
    const hidden = readFileSync(join(root, page), 'utf8').match(/process\.env\S* (?:\?\?|\|\|) ''/g)
    assert.equal(hidden, null, `${page}: name the variable that is missing, and what to set it to`)
  }
})
