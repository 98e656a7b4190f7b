/// Matrix products on the Vector API.
@NullMarked
package org.thalweg.autodiff.kernel.simd.matmul;

import org.jspecify.annotations.NullMarked;
