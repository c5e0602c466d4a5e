import type { CustomPlugin, PluginConfig } from 'svgo'
import type { Settings } from './settings.js'

/** Digits after the point: three left every rendered picture above a score of 92; two went down to 70, one to 16. */
export type Precision = 2 | 3

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
export function pluginsFor(depth: Depth, text: string, settings: Settings, precision: Precision = 3): PluginConfig[] {
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
  return depth === 'structure' ? structure : keepingSize([...structure, ...drawingPlugins(precision)])
}

function wrappingPlugins(text: string, { metadata }: Settings): PluginConfig[] {
  if (metadata === 'all') return []
  const keepsRights = metadata === 'safe' && RIGHTS.test(text)
  return keepsRights ? ['removeComments'] : ['removeComments', 'removeMetadata']
}

function drawingPlugins(floatPrecision: Precision): PluginConfig[] {
  return [
    'minifyStyles',
    { name: 'cleanupNumericValues', params: { floatPrecision } },
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
    { name: 'convertPathData', params: { floatPrecision } },
    { name: 'convertTransform', params: { floatPrecision } },
    'removeEmptyAttrs',
    'sortAttrs',
  ]
}

/** What says how large a drawing is; rounding it would change the file's dimensions. */
const SIZE = ['width', 'height', 'viewBox'] as const

/** Runs plugins with the root's size written as it was. */
function keepingSize(plugins: readonly PluginConfig[]): PluginConfig[] {
  const saved = new Map<string, string>()
  const remember = rootPlugin('rememberSize', (attributes) => {
    saved.clear()
    for (const name of SIZE) if (attributes[name] !== undefined) saved.set(name, attributes[name])
  })
  const restore = rootPlugin('restoreSize', (attributes) => {
    for (const [name, value] of saved) attributes[name] = value
  })
  return [remember, ...plugins, restore]
}

function rootPlugin(name: string, visit: (attributes: Record<string, string>) => void): CustomPlugin {
  const enter = (node: { attributes: Record<string, string> }, parent: { type: string }) => {
    if (parent.type === 'root') visit(node.attributes)
  }
  return { name, fn: () => ({ element: { enter } }) }
}
