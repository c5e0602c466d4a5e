import type { Plugin } from 'vite'

/** The name of the plugin by which our integration is known among Vite's. */
export const integrationName = 'compress-fast:astro'

/** What of an Astro build is told by the plugins that Vite was given. */
interface Project {
  readonly plugins: readonly Pick<Plugin, 'name'>[]
}

/**
 * Whether Astro runs this build. It encodes from the files that Vite emits once Vite is done, so those have to stay
 * what the user made until then.
 */
export function isAstro({ plugins }: Project): boolean {
  return plugins.some(({ name }) => name.startsWith('astro:'))
}

/** Whether our integration is there to do the work when Astro is done. */
export function hasIntegration({ plugins }: Project): boolean {
  return plugins.some(({ name }) => name === integrationName)
}

/** What is told to those who have the Vite plugin alone. */
export const missingIntegration = `compress-fast: Nothing was made smaller, as Astro encodes images only after Vite's plugins are done.
  Take the integration instead: \`integrations: [compress()]\`, from 'unplugin-compress-fast/astro'.`
