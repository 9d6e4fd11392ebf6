/** A Countersign for tests of your own application: in memory, without a socket, with a clock that you advance. */
export type { CountersignEvent } from '../domain/event.ts'
export { LoginFailedError, type LoginOptions, type LoginTokens } from './log-in.ts'
export type { MintOptions } from './mint.ts'
export type { TestClock } from './test-clock.ts'
export { createTestCountersign, type SentLogoutToken, type TestCountersign } from './test-countersign.ts'
export type { TestOptions } from './test-options.ts'
export type { TestUser } from './test-users.ts'
