/** The browser of the test kit, which these tests share. */
export { createUserAgent, type Fetch, type Page, type UserAgent } from '../../src/testing/user-agent.ts'
