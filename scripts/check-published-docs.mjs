/** Checks that the compiled server has each file of /docs: without the condition `source` it reads the copies in `dist`. */
import { docsAsset, docsFiles } from '../packages/server/dist/developer/docs.js'

for (const file of Object.values(docsFiles)) docsAsset(file)()
