/** What ties a subject to the user of a directory. */

export interface DirectoryLink {
  readonly subjectId: string
  /** The name of the directory. */
  readonly directory: string
  /** What the user is known by there, for ever. */
  readonly key: string
  /** Whether the user is disabled here because the directory says disabled or gone, and nobody else does. */
  readonly isOut: boolean
  /** When the directory last said what it knows of the user, in seconds since the epoch. */
  readonly checkedAt: number
  /** When the user's login or token was last used here, in seconds since the epoch, with a delay of some seconds. */
  readonly usedAt: number
  /** Since when the user is one of ours, in seconds since the epoch. The directory is not asked any more. */
  readonly migratedAt: number | null
}
