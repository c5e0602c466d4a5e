import { expect, test } from 'vitest'
import { createNamedAssets, type NamedAsset } from './named-assets.js'

function assetOf(nameDigest: string): NamedAsset {
  const settings = { quality: 80, effort: 'balanced', metadata: 'safe' } as const
  return { offered: { nameDigest, digest: nameDigest, size: 1, format: 'png', settings }, isText: false }
}

test('an asset is found by where it came from and by the hash in its name', () => {
  const named = createNamedAssets()
  const [small, large] = [assetOf('a'), assetOf('b')]
  named.add('src/photo.png', 'hash-one', small)
  named.add('src/photo.png', 'hash-two', large)
  expect(named.find({ fileName: 'assets/photo-hash-two.png', originalFileNames: ['src/photo.png'] })).toBe(large)
  expect(named.find({ fileName: 'assets/photo-hash-one.png', originalFileNames: ['src/photo.png', 'b'] })).toBe(small)
  expect(named.find({ fileName: 'assets/photo.png', originalFileNames: ['src/photo.png'] })).toBeUndefined()
  expect(named.find({ fileName: 'assets/photo-hash-one.png', originalFileNames: [] })).toBeUndefined()
})
