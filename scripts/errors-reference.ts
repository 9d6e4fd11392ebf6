/** docs/reference/errors.md, from the server's own table: npm run docs */
import { errorAreas } from '../packages/server/src/oauth/error-reference.ts'

export const errorsReferenceFile: URL = new URL('../docs/reference/errors.md', import.meta.url)

const introduction = `<!-- Made from packages/server/src/oauth/reasons by: npm run docs -->

# Errors

Every rejection has one stable word, its reason. The operator finds it in the log, in the live trace of \`dev\`, and with
[\`countersign why\`](command-line.md#why) and the response's \`x-request-id\`. The client finds \`error_uri\` in the response, which leads
to an entry of this page, as the server itself shows it at \`/errors\`: to the reason where it helps no attacker, and to
the [error code](#error-codes) elsewhere. The reasons for a wrong password, an unknown user and a disabled one differ;
their responses must not.
`

export function errorsReferenceText(): string {
  const areas = errorAreas.map(({ title, introduction: about, entries }) => {
    const told = entries.map(({ word, happened, remedy }) => `### ${word}\n\n${happened}\n\nWhat to do: ${remedy}\n`)
    return [`## ${title}\n`, `${about}\n`, ...told].join('\n')
  })
  return [introduction, ...areas].join('\n')
}
