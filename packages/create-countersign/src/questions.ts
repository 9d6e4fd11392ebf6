/** Asks for what the command line leaves open. */
import { createInterface } from 'node:readline/promises'
import { isTemplate, Mistake, type Template, templates } from './arguments.ts'

export interface Choices {
  readonly folder: string
  readonly template: Template
}

export const defaults: Choices = { folder: 'my-application', template: 'hono' }

type Ask = (question: string) => Promise<string>

/** @throws Mistake when the input ends, as with Ctrl-D */
export async function askFor({ folder, template }: Partial<Choices>): Promise<Choices> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const ended = new Promise<never>((_, reject) => {
    terminal.once('close', () => reject(new Mistake('\nNothing was written.')))
  })
  const ask: Ask = async (question) => (await Promise.race([terminal.question(question), ended])).trim()
  try {
    return {
      folder: folder ?? ((await ask(`Folder (${defaults.folder}): `)) || defaults.folder),
      template: template ?? (await askForTemplate(ask)),
    }
  } finally {
    // The interface closes now, and nobody waits for an answer any more.
    ended.catch(() => {})
    terminal.close()
  }
}

async function askForTemplate(ask: Ask): Promise<Template> {
  for (;;) {
    const answer = (await ask(`Template, one of ${templates.join(', ')} (${defaults.template}): `)) || defaults.template
    if (isTemplate(answer)) return answer
  }
}
