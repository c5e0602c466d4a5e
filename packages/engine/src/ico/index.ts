export { compareIcos } from './compare.js'
export { encodePicture } from './encode.js'
export { type IcoEntry, type IcoFile, readIco, sizeOf, writeIco } from './file.js'
