#!/usr/bin/env node
/** `npm create countersign`: finds out whether this Node can run the rest, in syntax that older versions read. */
const oldest = 20

if (Number.parseInt(process.versions.node, 10) < oldest) {
  process.stderr.write(`create-countersign needs Node ${oldest} or newer, and this is Node ${process.versions.node}.\n`)
  process.exitCode = 1
} else {
  import('./run.ts')
    .then(({ run }) => run(process.argv.slice(2)))
    .then((exitCode) => {
      process.exitCode = exitCode
    })
}
