/** `countersign-guard explain`: explains what a guard would decide about a token. */
import { explain } from '../explain/explain.ts'
import type { ExplainSettings } from '../explain/explain-settings.ts'
import { type ExplainFlags, readExplainFlags } from './explain-flags.ts'
import { formatExplanation } from './format-explanation.ts'
import { print, printableDocument, printError } from './print.ts'
import { readKeys } from './read-keys.ts'
import { readToken } from './read-token.ts'

/** Returns the exit code: 0 when the token passes, 1 when it does not. @throws UsageError */
export async function explainCommand(args: readonly string[]): Promise<number> {
  const flags = readExplainFlags(args)
  const { keys, notes } = await readKeys(flags)
  const explanation = await explain(flags.token ?? (await readToken()), toSettings(flags, keys))
  for (const note of notes) printError(note)
  print(flags.isJson ? printableDocument(explanation) : formatExplanation(explanation))
  return explanation.decision === 'passes' ? 0 : 1
}

function toSettings(flags: ExplainFlags, keys: ExplainSettings['keys']): ExplainSettings {
  const { type, scopes, scopeHierarchy, scopeClaim, issuer, audience, clockTolerance, maxTokenLength, at } = flags
  return {
    type,
    scopes,
    scopeHierarchy,
    ...(keys !== undefined && { keys }),
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
    ...(scopeClaim !== undefined && { scopeClaim }),
    ...(clockTolerance !== undefined && { clockTolerance }),
    ...(maxTokenLength !== undefined && { maxTokenLength }),
    // Whole seconds, as times in tokens are.
    now: () => at ?? Math.floor(Date.now() / 1000),
  }
}
