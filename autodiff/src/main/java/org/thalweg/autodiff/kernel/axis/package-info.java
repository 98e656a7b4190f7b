/// What is done along one axis of primitive arrays read as `[outer, n, inner]`: elements by
/// position, running sums and products, order.
@NullMarked
package org.thalweg.autodiff.kernel.axis;

import org.jspecify.annotations.NullMarked;
