/** Node's HTTP as a value. Types are imported from `node:http` itself. */
import { createRequire } from 'node:module'

/** An `import` of `node:http` reads all of its exports. `WebSocket` among them then loads a whole HTTP client, which takes 5 MB, and nothing here needs it. */
export const nodeHttp: typeof import('node:http') = createRequire(import.meta.url)('node:http')
