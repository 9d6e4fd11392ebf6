/** Makes each start of this repository's own programs faster: docs/decisions/0006-fast-start.md. Loaded with `--import`. */
import { existsSync } from 'node:fs'
import { enableCompileCache, registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { singleFiles, singleFilesFolder } from './single-files.mjs'

// Coverage is less precise in code that comes from a cache.
if (process.env.NODE_V8_COVERAGE === undefined) {
  enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/countersign/compiled', import.meta.url)))
}

const ours = /\/(?:packages|test|bench)\/(?!.*\/node_modules\/)/
// In our code, the path of a module in TypeScript. Node would look at the file system to find that out.
const relative = /^\.\.?\/.*\.ts$/
if (existsSync(singleFilesFolder)) {
  registerHooks({
    resolve(specifier, context, next) {
      if (relative.test(specifier) && ours.test(context.parentURL ?? '')) {
        return { url: new URL(specifier, context.parentURL).href, format: 'module-typescript', shortCircuit: true }
      }
      const file = singleFiles.get(specifier)
      const isOurs = file !== undefined && ours.test(context.parentURL ?? '')
      return isOurs ? { url: file, format: 'module', shortCircuit: true } : next(specifier, context)
    },
  })
}
