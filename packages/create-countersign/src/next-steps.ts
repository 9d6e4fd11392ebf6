/** What the user enters next. */
import type { Template } from './arguments.ts'
import type { Choices } from './questions.ts'

/** The version of Node that the server runs on. */
const oldestNodeOfServer = 24

const startCommands: Readonly<Record<Template, string>> = {
  hono: 'npm start',
  express: 'npm start',
  next: 'npm run dev',
}

export function nextSteps({ folder, template }: Choices): string {
  const major = Number.parseInt(process.versions.node, 10)
  const needed =
    major < oldestNodeOfServer ? `It needs Node ${oldestNodeOfServer} or newer; this is Node ${major}.\n\n` : ''
  return `Wrote ${folder}.

${needed}  cd ${folder.startsWith('-') ? '-- ' : ''}${quoted(folder)}
  npm install
  npx countersign migrate        # makes the database
  npx countersign users add tim  # asks for a password
  ${startCommands[template].padEnd(29)}  # http://127.0.0.1:3000
  npm test
`
}

/** As one word of a shell. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
