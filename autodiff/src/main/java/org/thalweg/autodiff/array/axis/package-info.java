/// Arrays along one axis: elements by position, running sums and products, order.
@NullMarked
package org.thalweg.autodiff.array.axis;

import org.jspecify.annotations.NullMarked;
