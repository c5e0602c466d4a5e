import { openDiskBlobs, openLibsqlStore } from '../dist/index.js'
import { describeBlobStore } from './conformance/blob-store.js'
import { describeJobStore } from './conformance/job-store.js'
import { newFolder, removeFolder } from './harness.js'

describeJobStore('jobs in a libsql file', async () => {
  const folder = await newFolder()
  return { open: async () => openLibsqlStore(folder), remove: () => removeFolder(folder) }
})

describeBlobStore('files in a folder', async () => {
  const folder = await newFolder()
  return { open: () => openDiskBlobs(folder), remove: () => removeFolder(folder) }
})
