/** Next.js calls `register` when the server starts, so that wrong settings end it then, not at the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { countersign } = await import('./lib/countersign.ts')
  await countersign()
}
