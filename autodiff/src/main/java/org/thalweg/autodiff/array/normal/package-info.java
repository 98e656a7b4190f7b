/// Rows of numbers brought to mean 0 and variance 1, one pass over each.
@NullMarked
package org.thalweg.autodiff.array.normal;

import org.jspecify.annotations.NullMarked;
