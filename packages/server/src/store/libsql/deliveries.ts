import type { Job } from '../../jobs/job.js'
import type { JobStore } from '../store.js'
import type { Connection } from './connection.js'
import { text } from './rows.js'

type DeliveryStore = Pick<JobStore, 'dueDeliveries' | 'nextDelivery' | 'putOff' | 'settle'>

export function createDeliveryStore(db: Connection): DeliveryStore {
  return {
    async dueDeliveries(now, most) {
      const rows = db.all('SELECT * FROM deliveries WHERE due_at <= ? ORDER BY due_at LIMIT ?', now, most)
      return rows.map((row) => ({
        id: text(row['id']),
        job: JSON.parse(text(row['job'])) as Job,
        tried: Number(row['tried']),
      }))
    },
    async nextDelivery() {
      const due = db.get('SELECT min(due_at) AS due FROM deliveries')?.['due'] ?? null
      return due === null ? undefined : Number(due)
    },
    async putOff(id, until) {
      db.run('UPDATE deliveries SET tried = tried + 1, due_at = ? WHERE id = ?', until, id)
    },
    async settle(id) {
      db.run('DELETE FROM deliveries WHERE id = ?', id)
    },
  }
}
