import { defineCollection } from 'astro:content'
import { glob } from 'astro/loaders'
import { z } from 'astro/zod'

const trips = defineCollection({
  loader: glob({ pattern: '*.md', base: 'src/content/trips' }),
  schema: ({ image }) => z.object({ title: z.string(), cover: image() }),
})

export const collections = { trips }
