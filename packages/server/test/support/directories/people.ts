/** Invented people, in the directories of the tests. */

export interface Person {
  /** A number, or a text of one. */
  readonly id: number
  readonly username: string
  readonly email?: string
  readonly isVerified?: boolean
  readonly fullName?: string
  readonly passwordHash?: string
  readonly isDisabled?: boolean
}

export const tealPassword = 'teal-heron-42'

/** The hash is of bcrypt with its lowest cost: only the format matters. */
export const mira: Person = {
  id: 7,
  username: 'mira',
  email: 'mira@example.com',
  isVerified: true,
  fullName: 'Mira Okafor',
  passwordHash: '$2b$04$W07zZlPjalLnX02rbETxb.cTXyzNtivajIMBQht3OzmoIssJpVLaC',
}

export const otto: Person = { id: 12, username: 'otto', email: 'otto@example.com', isDisabled: true }
