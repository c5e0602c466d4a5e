import type { PluginConfig } from 'svgo'
import type { Settings } from './settings.js'

/** Digits after the point; three changed no rendered picture below a score of 92, two went down to 70. */
const PRECISION = 3

/** Says who made the picture or under which terms. */
const RIGHTS = /copyright|©|licen[cs]e|dc:(rights|creator)/i

/** What an optimisation may touch. */
export type Depth =
  /** Comments, whitespace and metadata: safe beside scripts and animations. */
  | 'wrapping'
  /** Also what editors left behind; no number and no element that draws. */
  | 'structure'
  /** Also rounding, and shorter ways to say the same. */
  | 'drawing'

/**
 * The plugins for a depth. Left out on purpose, because scripts, style sheets or other files may refer to what they
 * change: `cleanupIds`, `mergePaths`, `collapseGroups`, `removeHiddenElems`, `removeUselessDefs`, `inlineStyles`,
 * `removeEmptyContainers`, `moveElemsAttrsToGroup`, `moveGroupAttrsToElems`, `removeDesc`.
 */
export function pluginsFor(depth: Depth, text: string, settings: Settings): PluginConfig[] {
  const wrapping = [...wrappingPlugins(text, settings)]
  if (depth === 'wrapping') return wrapping
  const structure: PluginConfig[] = [
    ...wrapping,
    'removeXMLProcInst',
    'removeDoctype',
    ...(settings.metadata === 'all' ? [] : (['removeEditorsNSData'] as const)),
    'cleanupAttrs',
    'removeUnusedNS',
  ]
  return depth === 'structure' ? structure : [...structure, ...DRAWING]
}

function wrappingPlugins(text: string, { metadata }: Settings): PluginConfig[] {
  if (metadata === 'all') return []
  const keepsRights = metadata === 'safe' && RIGHTS.test(text)
  return keepsRights ? ['removeComments'] : ['removeComments', 'removeMetadata']
}

const DRAWING: PluginConfig[] = [
  'minifyStyles',
  { name: 'cleanupNumericValues', params: { floatPrecision: PRECISION } },
  'convertColors',
  {
    name: 'removeUnknownsAndDefaults',
    params: {
      keepDataAttrs: true,
      keepAriaAttrs: true,
      keepRoleAttr: true,
      unknownContent: false,
      unknownAttrs: false,
    },
  },
  'removeNonInheritableGroupAttrs',
  'cleanupEnableBackground',
  'convertEllipseToCircle',
  { name: 'convertPathData', params: { floatPrecision: PRECISION } },
  { name: 'convertTransform', params: { floatPrecision: PRECISION } },
  'removeEmptyAttrs',
  'sortAttrs',
]
