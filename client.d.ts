// Types of imports that say how their file is to be compressed, for `"types": ["unplugin-compress-fast/client"]`.
// TypeScript takes one wildcard per pattern, so that of numbers each needs a line of your own:
//   declare module '*?compress=85' { const src: string; export default src }

declare module '*?compress=off' {
  const src: string
  export default src
}

declare module '*?compress=lossless' {
  const src: string
  export default src
}

declare module '*?compress=high' {
  const src: string
  export default src
}

declare module '*?compress=balanced' {
  const src: string
  export default src
}

declare module '*?compress=small' {
  const src: string
  export default src
}
