/** Puts code and all that it imports into one file, as an app's bundler would. */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export interface Bundle {
  readonly code: string
  /** What it still imports: Node's own modules. */
  readonly imports: readonly string[]
}

const folder = fileURLToPath(new URL('..', import.meta.url))

/** For browsers and edge runtimes: nothing of Node stands in for what is missing. */
export async function bundle(code: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: folder, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['source'],
    external: ['node:*'],
    metafile: true,
    write: false,
  })
  const [output] = Object.values(metafile.outputs)
  return { code: outputFiles[0]?.text ?? '', imports: output?.imports.map(({ path }) => path) ?? [] }
}
