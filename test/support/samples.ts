/** The samples of a guide, and the files that they are: the paragraph above a sample names its file first. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Sample {
  /** Where it goes in the reader's project, such as `src/api.ts`. */
  readonly path: string
  readonly code: string
  /** What the sample is compiled with, from the comment above it. */
  readonly declarations: string
  /** The paragraph above it. */
  readonly paragraph: string
}

/** A page of this repository, such as `docs/tutorial.md`. */
export function textOf(page: string): string {
  return readFileSync(join(root, page), 'utf8')
}

/** The samples of a page that name their files, in the order of the page. */
export function samplesOf(page: string): readonly Sample[] {
  const text = textOf(page)
  const blocks = [...text.matchAll(/^```(?:ts|tsx|json)\n([\s\S]*?)^```$/gm)]
  return blocks.flatMap(({ 1: code = '', index }) => {
    const before = text.slice(0, index)
    const paragraph = paragraphBefore(before)
    const [, declarations = ''] = /<!-- compiled with\n((?:(?!-->)[\s\S])*)-->\s*$/.exec(before) ?? []
    const [, path] = /`([\w./[\]-]+\.(?:ts|tsx|json))`/.exec(paragraph) ?? []
    return path === undefined ? [] : [{ path, code, declarations, paragraph }]
  })
}

/** The code blocks of a page in one language; those without one have the language ''. */
export function blocksOf(page: string, language: string): readonly string[] {
  const text = textOf(page)
  const blocks = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
  return blocks.flatMap(({ 1: name, 2: code = '' }) => (name === language ? [code] : []))
}

/** The last paragraph of a text. Comments after it are for tests, not for readers. */
export function paragraphBefore(text: string): string {
  const paragraphs = text
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .trimEnd()
    .split(/\n\s*\n/)
  return paragraphs.at(-1) ?? ''
}

/** Writes samples into a project. `replace` puts what a test needs in the place of what a reader has, such as a port. */
export function writeSamples(
  project: string,
  samples: readonly Sample[],
  replace: (code: string) => string = (code) => code,
): void {
  for (const { path, code } of samples) {
    const file = join(project, path)
    mkdirSync(dirname(file), { recursive: true })
    const replaced = replace(code)
    assert.notEqual(replaced, '', path)
    writeFileSync(file, replaced)
  }
}
