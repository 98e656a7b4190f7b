/// Pointwise mathematics as data: expressions, their derivatives, their text, and the kernels that
/// are compiled from them.
@NullMarked
package org.thalweg.autodiff.formula;

import org.jspecify.annotations.NullMarked;
