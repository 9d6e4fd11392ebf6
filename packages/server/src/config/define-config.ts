import type { Options } from './options.ts'

/**
 * What `countersign.config.ts` exports by default: the options, checked by the editor. Where the environment sets one too, it wins.
 *
 * @example export default defineConfig({ scopes: { 'read:invoices': 'Read your invoices.' } })
 */
export function defineConfig(options: Partial<Options>): Partial<Options> {
  return options
}
