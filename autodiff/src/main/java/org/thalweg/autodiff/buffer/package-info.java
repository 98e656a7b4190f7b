/// Tensors of a model that training changes and gradients do not.
@NullMarked
package org.thalweg.autodiff.buffer;

import org.jspecify.annotations.NullMarked;
