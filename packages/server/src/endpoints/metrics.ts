/** GET at the option `metricsPath`: what Prometheus reads. */
import type { Context } from '../context.ts'
import type { Reply } from '../reply.ts'

export async function metrics({ metrics: collected }: Context): Promise<Reply> {
  if (!collected) throw new Error('this server collects no metrics')
  const { contentType, text } = await collected.read()
  return { status: 200, headers: { 'content-type': contentType }, body: text }
}
