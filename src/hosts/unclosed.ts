type Task = () => Promise<void>

const tasks = new Set<Task>()
let isListening = false

/** What is left to do when the process ends: scripts often never close the bundles that they have written. */
export const atExit: { add(task: Task): void; delete(task: Task): void } = {
  add(task) {
    tasks.add(task)
    if (isListening) return
    isListening = true
    // Comes again after each round of work that it begins.
    process.on('beforeExit', run)
  },
  delete: (task) => void tasks.delete(task),
}

function run(): void {
  const left = [...tasks]
  tasks.clear()
  for (const task of left) void task()
}
