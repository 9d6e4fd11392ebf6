/** Countersign as a library: an authorization server to mount in a program of one's own. */
export { defineConfig } from './config/define-config.ts'
export { type BrandOptions, type OptionProblem, type Options, OptionsError } from './config/options.ts'
export type { ClientDeclaration, ClientMetadata } from './domain/client-metadata.ts'
export type { Clock, Log, Random } from './environment.ts'
export { type Countersign, createServer, type Surroundings } from './server.ts'
export { StoreError } from './store/errors.ts'
