/// Functions such as exp, rewritten into the operators that kernels have.
@NullMarked
package org.thalweg.autodiff.formula.elementary;

import org.jspecify.annotations.NullMarked;
