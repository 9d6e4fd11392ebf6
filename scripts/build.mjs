/** `npm run build`: compiles the packages, and puts the files of Swagger UI beside the compiled server. */
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runTool } from './run.mjs'

const server = fileURLToPath(new URL('../packages/server', import.meta.url))

/** What /docs serves, and what the Apache License 2.0 (§4) wants beside it. */
const swaggerUiFiles = [
  'swagger-ui.css',
  'swagger-ui-bundle.js',
  'swagger-ui-bundle.js.LICENSE.txt',
  'favicon-32x32.png',
  'LICENSE',
  'NOTICE',
]

if (!runTool('typescript', 'tsc', ['-b', 'tsconfig.build.json'])) process.exit(1)
copySwaggerUi()

/** swagger-ui-dist depends on a package that reports installations: docs/decisions/0031-swagger-ui-without-telemetry.md. */
function copySwaggerUi() {
  const source = dirname(createRequire(join(server, 'package.json')).resolve('swagger-ui-dist/package.json'))
  const target = join(server, 'dist/developer/swagger-ui')
  mkdirSync(target, { recursive: true })
  for (const name of swaggerUiFiles) {
    // A build that changes nothing writes nothing: tests may read the files at the same time.
    if (!isCopy(join(source, name), join(target, name))) copyFileSync(join(source, name), join(target, name))
  }
}

function isCopy(source, target) {
  return existsSync(target) && readFileSync(source).equals(readFileSync(target))
}
