/// Kernels on the Vector API: the only package whose classes name `jdk.incubator.vector`.
///
/// No class outside links to one of these; [org.thalweg.autodiff.kernel.Simd#load] makes them by
/// name where the module is present.
@NullMarked
package org.thalweg.autodiff.kernel.simd;

import org.jspecify.annotations.NullMarked;
