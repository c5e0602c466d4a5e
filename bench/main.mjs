// `npm run bench -- <name> [options]`; without a name it says what there is.

/** @typedef {(args: string[]) => Promise<boolean>} Run Measures; false when a limit was broken. */

/** @type {Record<string, { about: string, load: () => Promise<{ run: Run }> }>} */
const commands = {
  warm: { about: 'what the plugin adds to a build that changes no image', load: () => import('./warm.mjs') },
  cli: { about: 'the command line over files that it has seen', load: () => import('./cli.mjs') },
  report: { about: 'how fast the page of a report with many files opens', load: () => import('./report.mjs') },
  engine: { about: 'the engine alone: bytes, fidelity and CPU by kind', load: () => import('./engine.mjs') },
  documents: {
    about: 'PDF and Office files through the engine and known programs',
    load: () => import('./documents.mjs'),
  },
  service: { about: 'builds through the service against what its limits allow', load: () => import('./service.mjs') },
  'peers-cold': { about: 'bytes, time and fidelity against two other plugins', load: () => import('./peers-cold.mjs') },
  'peers-warm': { about: 'second builds against two other plugins', load: () => import('./peers-warm.mjs') },
}

const [name = '', ...args] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
if (command) {
  const { run } = await command.load()
  if (!(await run(args))) process.exitCode = 1
} else {
  if (name !== '') console.error(`There is no measurement called "${name}".`)
  for (const [known, { about }] of Object.entries(commands)) console.log(`npm run bench -- ${known.padEnd(12)}${about}`)
  if (name !== '') process.exitCode = 1
}
