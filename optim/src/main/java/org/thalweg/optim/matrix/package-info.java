/// Rules that look at whole tensors: norms, row means, orthogonal factors.
@NullMarked
package org.thalweg.optim.matrix;

import org.jspecify.annotations.NullMarked;
