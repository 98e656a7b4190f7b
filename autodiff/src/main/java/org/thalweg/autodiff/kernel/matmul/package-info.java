/// Matrix products of primitive arrays, and the scalar kernel; the one on the Vector API stands in
/// `kernel.simd.matmul`.
@NullMarked
package org.thalweg.autodiff.kernel.matmul;

import org.jspecify.annotations.NullMarked;
