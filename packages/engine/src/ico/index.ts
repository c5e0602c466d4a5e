export { compareIcos } from './compare.js'
export { encodePicture } from './encode.js'
export { type IcoEntry, isSizedAlike, readIco, sizeOf, writeIco } from './file.js'
