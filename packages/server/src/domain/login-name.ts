/** What users type to say who they are. */
export const loginNames = ['username', 'email'] as const

export type LoginName = (typeof loginNames)[number]
