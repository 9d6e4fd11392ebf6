/** Asks for what the command line leaves open. */
import { createInterface, type Interface } from 'node:readline/promises'
import { isTemplate, type Template, templates } from './arguments.ts'

export interface Choices {
  readonly folder: string
  readonly template: Template
}

export const defaults: Choices = { folder: 'my-application', template: 'hono' }

/** The end of the input (Ctrl-D) takes the defaults. */
export async function askFor({ folder, template }: Partial<Choices>): Promise<Choices> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return {
      folder: folder ?? ((await terminal.question(`Folder (${defaults.folder}): `)).trim() || defaults.folder),
      template: template ?? (await askForTemplate(terminal)),
    }
  } finally {
    terminal.close()
  }
}

async function askForTemplate(terminal: Interface): Promise<Template> {
  for (;;) {
    const answer = (await terminal.question(`Template, one of ${templates.join(', ')} (${defaults.template}): `)).trim()
    if (answer === '') return defaults.template
    if (isTemplate(answer)) return answer
  }
}
