/** Puts code and all that it imports together, as an app's bundler would. */
import { basename, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type StdinOptions } from 'esbuild'

export interface Bundle {
  readonly code: string
  /** What it still imports: Node's own modules. */
  readonly imports: readonly string[]
}

/** What a bundler makes of code that loads some of its parts when they are used. */
export interface SplitBundle {
  /** The code and all that it imports statically: several files where it shares modules with parts that are loaded later. */
  readonly atOnce: readonly Bundle[]
  /** What each part adds to that, by the name of its module. */
  readonly later: ReadonlyMap<string, Bundle>
}

const folder = fileURLToPath(new URL('..', import.meta.url))

/** For browsers and edge runtimes: nothing of Node stands in for what is missing. */
const options = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  conditions: ['source'],
  external: ['node:*'],
  metafile: true,
  write: false,
} satisfies BuildOptions

/** In one file, parts that are loaded later among the rest. */
export async function bundle(code: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({ ...options, stdin: sourceOf(code) })
  const [output] = Object.values(metafile.outputs)
  return { code: outputFiles[0]?.text ?? '', imports: output?.imports.map(({ path }) => path) ?? [] }
}

/** In several files: parts that are loaded later apart from the rest. */
export async function bundleInParts(code: string): Promise<SplitBundle> {
  const built = await build({
    ...options,
    stdin: sourceOf(code),
    splitting: true,
    outdir: folder,
    absWorkingDir: folder,
  })
  const { outputs } = built.metafile
  const texts = new Map(built.outputFiles.map(({ path, text }) => [relative(folder, path), text]))

  /** The file, and those that it imports statically. */
  function filesOf(path: string): readonly string[] {
    const found = new Set([path])
    // A Set that grows while it is walked is walked to its new end.
    for (const file of found) {
      for (const { kind, path: next } of outputs[file]?.imports ?? []) {
        if (kind === 'import-statement' && texts.has(next)) found.add(next)
      }
    }
    return [...found]
  }

  const toBundle = (path: string): Bundle => ({
    code: texts.get(path) ?? '',
    imports: outputs[path]?.imports.map((imported) => imported.path) ?? [],
  })
  const isFirst = (path: string) => outputs[path]?.entryPoint === '<stdin>'
  const atOnce = Object.keys(outputs).filter(isFirst).flatMap(filesOf)
  const parts = Object.entries(outputs).flatMap(([path, { entryPoint }]) =>
    entryPoint === undefined || isFirst(path) ? [] : [{ name: basename(entryPoint, '.ts'), path }],
  )
  const later = parts.map(({ name, path }): [string, Bundle] => {
    const added = filesOf(path)
      .filter((file) => !atOnce.includes(file))
      .map(toBundle)
    return [name, { code: added.map((file) => file.code).join(''), imports: added.flatMap((file) => file.imports) }]
  })
  return { atOnce: atOnce.map(toBundle), later: new Map(later) }
}

function sourceOf(contents: string): StdinOptions {
  return { contents, resolveDir: folder, loader: 'ts' }
}
