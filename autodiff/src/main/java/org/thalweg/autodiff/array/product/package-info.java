/// Products of matrices.
@NullMarked
package org.thalweg.autodiff.array.product;

import org.jspecify.annotations.NullMarked;
