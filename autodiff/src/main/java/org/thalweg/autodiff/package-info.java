/// Tensors, the graph of operations that made them, and their gradients.
@NullMarked
package org.thalweg.autodiff;

import org.jspecify.annotations.NullMarked;
