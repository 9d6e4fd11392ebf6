import type { Options } from './options.ts'

/**
 * The default export of `countersign.config.ts`: the options, checked by the editor. An environment variable overrides an option.
 *
 * @example export default defineConfig({ scopes: { 'read:invoices': 'Read your invoices.' } })
 */
export function defineConfig(options: Partial<Options>): Partial<Options> {
  return options
}
