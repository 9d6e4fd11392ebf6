/** What a file of commands exports: a function that adds arguments, flags, examples and the action. */
import type { Command } from '@commander-js/extra-typings'

/** `loadAll` adds the definitions of all other commands to the program: for shell completion. */
export type Define = (command: Command, loadAll: () => Promise<void>) => void
