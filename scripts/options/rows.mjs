import { parseSync } from 'oxc-parser'

/**
 * One row of the table.
 * @typedef {{ name: string, default: string | null, meaning: string }} Row
 */

/**
 * Reads the options from TypeScript source: each field of `interface Options` with its doc comment, followed by the
 * fields of the settings it can hold, as `cache.dir`.
 * @param {string} source
 * @returns {Row[]}
 * @throws When the source cannot be read, has no `Options`, or a field says nothing about itself.
 */
export function optionRows(source) {
  const { program, comments, errors } = parseSync('options.ts', source, { lang: 'ts' })
  if (errors.length > 0)
    throw new Error(`The options cannot be read: ${errors.map((error) => error.message).join(' ')}`)
  const interfaces = interfacesOf(program)
  /** @returns {Row[]} */
  const rowsOf = (name, prefix) => {
    const fields = interfaces.get(name)
    if (!fields) throw new Error(`There is no \`interface ${name}\` in the source.`)
    return fields.flatMap((field) => {
      const path = `${prefix}${field.key.name}`
      const below = nestedSettings(field.typeAnnotation, interfaces)
      const rows = below.flatMap(({ name, keyed }) => rowsOf(name, keyed ? `${path}.<name>.` : `${path}.`))
      return [{ name: path, ...readComment(commentBefore(field, comments, source), path) }, ...rows]
    })
  }
  return rowsOf('Options', '')
}

/** The fields of every interface, by its name. */
function interfacesOf(program) {
  const declared = program.body.map((node) => (node.type === 'ExportNamedDeclaration' ? node.declaration : node))
  const interfaces = declared.filter((node) => node?.type === 'TSInterfaceDeclaration')
  return new Map(interfaces.map((node) => [node.id.name, node.body.body]))
}

/** Interfaces that a type mentions; `keyed` where they are the values of a record. */
function nestedSettings(type, interfaces, keyed = false) {
  if (typeof type !== 'object' || type === null) return []
  if (Array.isArray(type)) return type.flatMap((part) => nestedSettings(part, interfaces, keyed))
  if (type.type === 'TSTypeReference') {
    const { name } = type.typeName
    if (interfaces.has(name)) return [{ name, keyed }]
    return nestedSettings(type.typeArguments?.params ?? [], interfaces, keyed || name === 'Record')
  }
  return Object.values(type).flatMap((part) => nestedSettings(part, interfaces, keyed))
}

/** The doc comment with nothing but space between itself and the node. */
function commentBefore(node, comments, source) {
  const isDoc = (comment) => comment.type === 'Block' && comment.value.startsWith('*')
  const before = comments.filter((comment) => isDoc(comment) && comment.end <= node.start)
  const last = before.at(-1)
  return last && source.slice(last.end, node.start).trim() === '' ? last.value : ''
}

/** Meaning and default of a field in the words of its comment. */
function readComment(comment, name) {
  const text = comment.replace(/^\s*\*+ ?/gm, '').trim()
  const [meaning = '', ...tags] = text.split(/^@/m)
  const fallback = tags.find((tag) => tag.startsWith('default'))
  if (meaning.trim() === '') throw new Error(`Option \`${name}\` has no doc comment that says what it means.`)
  return { meaning: oneLine(meaning), default: fallback ? oneLine(fallback.slice('default'.length)) : null }
}

const oneLine = (text) => text.replace(/\s+/g, ' ').trim()
