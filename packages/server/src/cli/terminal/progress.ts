/** A progress bar with rate and time left. It appears after a second, or after another delay, and only on a terminal. */
import { type Clock, systemClock } from '../../environment.ts'

export interface Progress {
  /** What happens, such as `Importing`. */
  readonly task: string
  /** How much of the task is done: 0 to 1. */
  readonly fraction: number
  /** How many of `unit` are done. */
  readonly done: number
  readonly unit: string
}

export interface ProgressBar {
  readonly show: (progress: Progress) => void
  /** Removes the bar. */
  readonly end: () => void
}

/** What it needs of standard error. */
export interface ProgressOutput {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly write: (text: string) => unknown
}

export interface ProgressBarOptions {
  /** Seconds until it appears. @default 1 */
  readonly delay?: number
  /** @default standard error */
  readonly output?: ProgressOutput
  /** @default the machine's clock */
  readonly now?: Clock
}

/** Seconds. */
const interval = 0.1

/** Each task begins with its first progress. */
export function createProgressBar(options: ProgressBarOptions = {}): ProgressBar {
  const { delay = 1, output = process.stderr, now = systemClock } = options
  const startedAt = now()
  let shownAt = startedAt + delay - interval
  let task: { readonly name: string; readonly startedAt: number } | undefined
  let isShown = false
  return {
    show: (progress) => {
      if (output.isTTY !== true) return
      const time = now()
      if (task?.name !== progress.task) task = { name: progress.task, startedAt: task === undefined ? startedAt : time }
      if (time - shownAt < interval) return
      shownAt = time
      isShown = true
      output.write(`\r\u001b[K${formatProgress(progress, time - task.startedAt, output.columns ?? 80)}`)
    },
    end: () => {
      if (isShown) output.write('\r\u001b[K')
      isShown = false
    },
  }
}

/** One line of at most `width` columns: `Importing  ━━━━━━━━────────  52%  52,000 users  12,400/s  4 s left`. */
export function formatProgress({ task, fraction, done, unit }: Progress, elapsed: number, width: number): string {
  const share = Math.min(1, Math.max(0, fraction))
  const rate = elapsed > 0 ? done / elapsed : 0
  const facts = [
    `${Math.floor(share * 100)}%`.padStart(4),
    `${Math.round(done).toLocaleString('en-US')} ${unit}`,
    `${rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en-US')}/s`,
    ...(share > 0 && share < 1 ? [`${duration((elapsed * (1 - share)) / share)} left`] : []),
  ].join('  ')
  // One column stays free: some terminals begin a new line after the last one.
  const room = Math.min(40, width - task.length - facts.length - 5)
  const bar = room >= 8 ? `  ${'━'.repeat(Math.round(room * share)).padEnd(room, '─')}` : ''
  return `${task}${bar}  ${facts}`.slice(0, Math.max(0, width - 1))
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
