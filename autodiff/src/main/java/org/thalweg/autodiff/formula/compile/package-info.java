/// Kernels made of formulas: bytecode for single elements and for vectors, cached and warmed up.
@NullMarked
package org.thalweg.autodiff.formula.compile;

import org.jspecify.annotations.NullMarked;
