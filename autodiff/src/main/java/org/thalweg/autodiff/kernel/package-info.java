/// Work on primitive arrays: the thread pool, matrix products, and what they share.
///
/// Everything here takes arrays, offsets and numbers, and knows nothing of shapes or tensors. The
/// scalar kernels stand in this package; their twins on the Vector API stand in `kernel.simd` and
/// are loaded by name, because the incubator module may be absent. Twins give the same bits.
@NullMarked
package org.thalweg.autodiff.kernel;

import org.jspecify.annotations.NullMarked;
