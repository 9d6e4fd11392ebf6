/** What a check of `countersign doctor` found. */

export interface Finding {
  /** The name of the check, such as `tls`. */
  readonly check: string
  /** `skipped`: it was not tried, and `message` says why. */
  readonly severity: 'ok' | 'skipped' | 'warning' | 'problem'
  readonly message: string
  /** What to do; `undefined` when nothing is wrong. */
  readonly fix: string | undefined
}

export interface Notes {
  readonly ok: (message: string) => Finding
  readonly skipped: (message: string) => Finding
  readonly warning: (message: string, fix: string) => Finding
  readonly problem: (message: string, fix: string) => Finding
}

/** Makes the findings of one check. */
export function notesOf(check: string): Notes {
  const note = (severity: Finding['severity']) => (message: string, fix?: string) => ({
    check,
    severity,
    message: message.slice(0, maxLength),
    fix,
  })
  return { ok: note('ok'), skipped: note('skipped'), warning: note('warning'), problem: note('problem') }
}

/** Part of a message may come from the server. */
const maxLength = 600

/** A value of a document that the server sent, for a message. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'missing')
}

/** Such as `1 key` and `2 keys`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** 1 when there is a problem, 3 when there are only warnings, otherwise 0. 2 is a wrong command line, as everywhere. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 | 3 {
  if (findings.some(({ severity }) => severity === 'problem')) return 1
  return findings.some(({ severity }) => severity === 'warning') ? 3 : 0
}
