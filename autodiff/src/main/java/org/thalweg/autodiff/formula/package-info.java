/// Pointwise mathematics as data: expressions, formulas, their derivatives and their text.
@NullMarked
package org.thalweg.autodiff.formula;

import org.jspecify.annotations.NullMarked;
