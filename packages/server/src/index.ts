/** Countersign as a library: an authorization server inside your own program. */
export { defineConfig } from './config/define-config.ts'
export { type BrandOptions, type OptionProblem, type Options, OptionsError } from './config/options.ts'
export type { ClientDeclaration, ClientMetadata } from './domain/client-metadata.ts'
export type { Clock, Log, Random } from './environment.ts'
export { type Countersign, createServer, type Environment } from './server.ts'
export { StoreError } from './store/errors.ts'
