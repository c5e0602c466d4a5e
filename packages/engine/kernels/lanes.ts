// What several kernels do with vectors of four, in AssemblyScript: see ssimulacra2.ts.

/** All bits of the lanes that are less than `count`. */
@inline
export function within(count: i32): v128 {
  return i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3))
}
