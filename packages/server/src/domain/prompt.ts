/** The pages that a client wants the user to see (OIDC Core §3.1.2.1 `prompt`). */

export type Prompt = 'none' | 'login' | 'consent' | 'select_account'

export const prompts: readonly string[] = ['none', 'login', 'consent', 'select_account'] satisfies readonly Prompt[]

export function isPrompt(text: string): text is Prompt {
  return prompts.includes(text)
}
