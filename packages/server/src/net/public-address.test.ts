import { expect, test } from 'vitest'
import { isPublicAddress } from './public-address.js'
import { isInRanges } from './ranges.js'

test.each(['8.8.8.8', '1.1.1.1', '93.184.215.14', '2606:4700::1111', '2a00:1450:4001::8', '::ffff:8.8.8.8'])(
  '%s is on the open internet',
  (address) => {
    expect(isPublicAddress(address)).toBe(true)
  },
)

test.each([
  '127.0.0.1',
  '0.0.0.0',
  '10.0.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '168.63.129.16',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::8.8.8.8',
  '::ffff:10.0.0.1',
  '::ffff:0:8.8.8.8',
  '64:ff9b::8.8.8.8',
  '2002:808:808::',
  '2001::1',
  '2001:db8::1',
  '2a00::5efe:808:808',
  '2a00::200:5efe:808:808',
  'fe80::1%eth0',
  'fc00::1',
  'ff02::1',
  '4000::1',
  '',
  'localhost',
])('%j is not', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test('ranges hold what lies in them, by family', () => {
  expect(isInRanges('10.1.2.3', ['192.0.2.0/24', '10.0.0.0/8'])).toBe(true)
  expect(isInRanges('::ffff:10.1.2.3', ['10.0.0.0/8'])).toBe(true)
  expect(isInRanges('11.1.2.3', ['10.0.0.0/8', '::/0'])).toBe(false)
  expect(isInRanges('2001:db8::5', ['2001:db8::/32'])).toBe(true)
  expect(isInRanges('192.0.2.1', ['192.0.2.1'])).toBe(true)
  expect(isInRanges('nobody', ['0.0.0.0/0'])).toBe(false)
})
