/// Rules that follow the gradient, with and without momentum.
@NullMarked
package org.thalweg.optim.gradient;

import org.jspecify.annotations.NullMarked;
