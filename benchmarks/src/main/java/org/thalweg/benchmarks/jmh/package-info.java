/// Kernels alone, by JMH: `benchmarks/jmh`.
@NullMarked
package org.thalweg.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
