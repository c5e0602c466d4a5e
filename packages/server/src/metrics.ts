import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Job } from './jobs/job.js'
import type { JobStore } from './store/store.js'

/** Numbers for Prometheus. None names an account, a key or a file. */
export interface Metrics {
  answered(route: string, status: number): void
  accepted(job: Job): void
  ended(job: Job): void
  delivered(result: 'arrived' | 'failed' | 'given up'): void
  readonly contentType: string
  text(): Promise<string>
}

export function createMetrics(store: JobStore): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const name = (rest: string) => `compress_fast_${rest}`
  const requests = new Counter({
    name: name('requests_total'),
    help: 'Requests answered.',
    labelNames: ['route', 'status'],
    registers,
  })
  const jobs = new Counter({
    name: name('jobs_total'),
    help: 'Jobs by what became of them since the start.',
    labelNames: ['status'],
    registers,
  })
  const bytes = new Counter({
    name: name('bytes_total'),
    help: 'Bytes of finished jobs.',
    labelNames: ['side'],
    registers,
  })
  const seconds = new Histogram({
    name: name('job_seconds'),
    help: 'Seconds from a job being queued to its end.',
    buckets: [0.1, 0.3, 1, 3, 10, 30, 100, 300],
    registers,
  })
  const webhooks = new Counter({
    name: name('webhook_tries_total'),
    help: 'Webhook messages by result.',
    labelNames: ['result'],
    registers,
  })
  new Gauge({
    name: name('jobs'),
    help: 'Jobs known now.',
    labelNames: ['status'],
    registers,
    async collect() {
      for (const [status, count] of Object.entries(await store.counts())) this.set({ status }, count)
    },
  })
  new Gauge({
    name: name('resident_bytes'),
    help: 'Memory of the server process.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })

  return {
    answered: (route, status) => requests.inc({ route, status }),
    accepted: () => jobs.inc({ status: 'Accepted' }),
    ended({ status, inputBytes, output, queuedAt, endedAt }) {
      jobs.inc({ status })
      if (endedAt !== null) seconds.observe((endedAt - queuedAt) / 1000)
      if (output === null) return
      bytes.inc({ side: 'input' }, inputBytes)
      bytes.inc({ side: 'output' }, output.bytes)
    },
    delivered: (result) => webhooks.inc({ result }),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  }
}
