/** Bundles code with all its imports, as an app's bundler would. */
import { basename, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type StdinOptions } from 'esbuild'

export interface Bundle {
  readonly code: string
  /** The imports that remain: Node's own modules. */
  readonly imports: readonly string[]
}

/** The bundle of code that loads some of its parts on demand. */
export interface SplitBundle {
  /** The code and all its static imports: several files where it shares modules with parts that are loaded on demand. */
  readonly atOnce: readonly Bundle[]
  /** What each part adds to that, by the name of its module. */
  readonly later: ReadonlyMap<string, Bundle>
}

const folder = fileURLToPath(new URL('..', import.meta.url))

/** For browsers and edge runtimes: nothing replaces Node's modules there. */
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

/** In one file, including the parts that are loaded on demand. */
export async function bundle(code: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({ ...options, stdin: sourceOf(code) })
  const [output] = Object.values(metafile.outputs)
  return { code: outputFiles[0]?.text ?? '', imports: output?.imports.map(({ path }) => path) ?? [] }
}

/** In several files: the parts that are loaded on demand are separate. */
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

  /** The file and its static imports. */
  function filesOf(path: string): readonly string[] {
    const found = new Set([path])
    // A loop over a Set also visits the values that are added during the loop.
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
